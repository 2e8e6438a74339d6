package dev.meshkit.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.Status;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

/** O9: what a call that failed is called, by what became of its connection. */
class ErrorsTest {
  private static final Doubt DOUBT = Doubt.of("meshkit queue");

  private static String why(Status status) {
    var error = Errors.cause(status.asRuntimeException(), "sending", DOUBT);
    return error.code() + ": " + error.why();
  }

  /** gRPC calls it UNKNOWN if the node dies while the call is written. */
  @Test
  void aNodeThatDiesWhileACallIsWrittenIsGoneAndNoFault() {
    var closed = Status.UNKNOWN.withDescription("channel closed");
    assertEquals(
        "error.unavailable: the node stopped or does not answer; it may be done all the same",
        why(closed.withCause(new ClosedChannelException())));
    assertEquals("error.internal: channel closed", why(closed));
  }

  @Test
  void whereNobodyListensNothingIsInDoubt() {
    assertEquals(
        "error.unavailable: the node stopped or does not answer",
        why(Status.UNAVAILABLE.withCause(new ConnectException("refused"))));
  }
}
