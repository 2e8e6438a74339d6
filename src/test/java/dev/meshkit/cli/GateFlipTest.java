package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.cli.GateFlip.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G24, G26, in short: {@code make chaos CASE=gate-flip} with a round of two of its faults. */
@Timeout(600)
class GateFlipTest {
  private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofMinutes(2); // on a busy machine
  private static final long SEED = 3;

  @Test
  void switchedWhileOneIsKilledOrCutOffAllAgreeAndEachMessageIsAppliedOnce() throws Exception {
    var faults = List.of(Fault.CUT, Fault.KILLED);
    assertEquals(List.of(), GateFlip.run(faults, AS_LONG_AS_IT_TAKES, SEED));
  }
}
