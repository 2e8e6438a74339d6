package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.PlantedEnds;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T29: which ends of a call are the end of its road. */
class RoadFailureTest {
  private static final long NO_ERROR = 0x100;
  private static final long FRAME_UNEXPECTED = 0x105;

  @Test
  void aRoadThatWasClosedIsGoneWhateverTheCode() {
    var error = PlantedEnds.closedByServer(FRAME_UNEXPECTED);
    assertEquals(Status.Code.INTERNAL, error.getCode());
    assertTrue(RoadFailure.isOfRoad(error));
    assertTrue(RoadFailure.isOfRoad(PlantedEnds.closedByServer(NO_ERROR)));
    assertTrue(RoadFailure.isOfRoad(Status.UNAVAILABLE));
  }

  /** Of any other kind it is about the call, or about who is at its other end. */
  @ParameterizedTest
  @EnumSource(
      value = RoadFailure.Kind.class,
      names = {"IDENTITY", "MISMATCH", "CALL"},
      mode = EnumSource.Mode.EXCLUDE)
  void aRoadWhoseConnectionCannotBeMadeAgainIsGone(RoadFailure.Kind kind) {
    assertTrue(RoadFailure.isOfRoad(new RoadFailure(kind, "", "so it is").error("call")));
  }

  @ParameterizedTest
  @EnumSource(names = {"IDENTITY", "MISMATCH", "CALL"})
  void whatIsOnlyAboutTheCallOrItsEndsLeavesTheRoad(RoadFailure.Kind kind) {
    assertFalse(RoadFailure.isOfRoad(new RoadFailure(kind, "", "so it is").error("call")));
  }

  @Test
  void aCallThatFailsLeavesItsRoad() {
    assertFalse(RoadFailure.isOfRoad(Status.INTERNAL));
    assertFalse(RoadFailure.isOfRoad(Status.RESOURCE_EXHAUSTED));
    assertFalse(RoadFailure.isOfRoad(Status.CANCELLED));
  }
}
