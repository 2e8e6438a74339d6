package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of what {@code make chaos} plays at length: T13, T18, T19 and the fault table. */
@Timeout(180)
class TransportChaosTest {
  @Test
  void swapsAndAgesFailNoCallAndLeaveNothingBehind() throws Exception {
    assertEquals(List.of(), Soak.run(6, Duration.ofMillis(250)));
  }

  @Test
  void cancelledCallsLeaveNothingBehind() throws Exception {
    assertEquals(List.of(), Soak.cancels(10_000));
  }

  /** Killed and restarted, stopped and continued. */
  @Test
  void aServersProcessMayDieOrStop() throws Exception {
    assertEquals(List.of(), ProcessFaults.run(1));
  }
}
