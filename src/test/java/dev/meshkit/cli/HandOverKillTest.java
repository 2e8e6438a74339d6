package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T34, T37, in short: {@code make chaos CASE=hand-over-kill} with a few of its kills. */
@Timeout(600)
class HandOverKillTest {
  private static final int KILLS = 4;
  private static final long SEED = 5;

  @Test
  void killedInTheMiddleOfAHandOverNothingIsLostOrDoubled() throws Exception {
    assertEquals(List.of(), HandOverKill.run(KILLS, SEED));
  }
}
