package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G23, G24: {@code make chaos CASE=flip-kill}, once round. */
@Timeout(600)
class FlipKillTest {
  private static final long SEED = 1;

  @Test
  void killedAtEachStepOfAFlipAnAgentDecidesByWhatIsCommittedAndNothingIsLostOrDoubled()
      throws Exception {
    assertEquals(List.of(), FlipKill.run(List.of(FlipPoint.values()), 0, SEED));
  }
}
