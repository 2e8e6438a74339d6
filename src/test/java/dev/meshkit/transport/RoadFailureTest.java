package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.PlantedEnds;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

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

  @Test
  void aCallThatFailsLeavesItsRoad() {
    assertFalse(RoadFailure.isOfRoad(Status.INTERNAL));
    assertFalse(RoadFailure.isOfRoad(Status.RESOURCE_EXHAUSTED));
    assertFalse(RoadFailure.isOfRoad(Status.CANCELLED));
  }
}
