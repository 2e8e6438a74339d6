package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.transport.RoadFailure.Kind;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** T29, T32: what a peer says, or does not, has one code, and says what is tried next. */
class DiagnosisTest {
  /** Only what stays so until somebody acts is worth a pause of a minute, and a warning. */
  @ParameterizedTest
  @CsvSource({
    "MK-NET-005, MISMATCH",
    "MK-NET-011, MISMATCH",
    "MK-NET-006, MISMATCH",
    "MK-NET-007, MISMATCH",
    "MK-NET-008, CALL",
    "MK-NET-009, CALL",
    "MK-NET-010, CALL"
  })
  void whatThePeerSaysKeepsItsCodeAndItsWords(String code, Kind kind) {
    for (var status : new Status[] {Status.UNAVAILABLE, Status.FAILED_PRECONDITION}) {
      var failure = Diagnosis.of(status.withDescription(code + " so it is"));
      assertEquals(new RoadFailure(kind, code, "the peer says: " + code + " so it is"), failure);
      assertFalse(RoadFailure.isOfRoad(failure.error("call")), "its road is as before");
    }
  }

  @Test
  void aRoadThatEndedWithoutAWordIsLost() {
    var failure = Diagnosis.of(Status.UNAVAILABLE.withDescription("closed"));
    assertEquals("MK-NET-008 LOST", failure.mk() + " " + failure.kind());
    assertTrue(RoadFailure.isOfRoad(failure.error("call")));
  }

  @Test
  void whatBrokeIsSaidInTheSystemsWordsAndNotInNettys() {
    var reset =
        Status.UNAVAILABLE
            .withDescription("io exception\nChannel Pipeline: [SslHandler#0, Other#1]")
            .withCause(new java.net.SocketException("Connection reset"));
    assertEquals(
        new RoadFailure(Kind.LOST, "MK-NET-008", "the connection broke: Connection reset"),
        Diagnosis.of(reset));
    assertEquals(
        new RoadFailure(Kind.LOST, "MK-NET-002", "the connection broke: Connection reset"),
        Diagnosis.ofDial(reset));
    var closed =
        Status.UNAVAILABLE.withDescription("closed meanwhile\nChannel Pipeline: [SslHandler#0]");
    assertEquals("UNAVAILABLE closed meanwhile", Diagnosis.ofDial(closed).why());
    assertEquals("MK-TLS-018", Diagnosis.ofDial(Status.INTERNAL).mk(), "each dial has a code");
  }

  @Test
  void oneCallWithoutAnAnswerIsNotItsRoad() {
    assertEquals(Kind.CALL, Diagnosis.ofCall(Status.DEADLINE_EXCEEDED).kind());
    assertEquals(Kind.LOST, Diagnosis.ofCall(Status.UNAVAILABLE).kind());
  }
}
