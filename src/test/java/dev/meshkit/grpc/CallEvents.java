package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a raw client call's listener heard. */
final class CallEvents extends ClientCall.Listener<Answer> {
  final Serial events = new Serial();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Status status = Status.UNKNOWN;
  private volatile Metadata trailers = new Metadata();

  @Override
  public void onHeaders(Metadata headers) {
    events.heard("headers");
  }

  @Override
  public void onMessage(Answer message) {
    events.heard("message");
  }

  @Override
  public void onReady() {
    events.heard("ready");
  }

  @Override
  public void onClose(Status how, Metadata with) {
    status = how;
    trailers = with;
    events.heard("close");
    closed.countDown();
  }

  Status awaitClose() throws InterruptedException {
    assertTrue(closed.await(90, TimeUnit.SECONDS), "the call does not end");
    return status;
  }

  Metadata trailers() {
    return trailers;
  }
}
