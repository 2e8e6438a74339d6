package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ten of the kills of {@code make chaos CASE=queue-kill}, which makes two hundred. */
@Timeout(300)
class KillTest {
  private static final int KILLS = 10;
  private static final long SEED = 20;

  @TempDir Path directory;

  /**
   * Q1, Q11, Q12, Q15, Q17, Q20, Q21, Q22, Q29, Q30, Q34 with a real process under load, killed -9
   * at seeded instants: nothing acknowledged is lost, nothing is settled twice, the order is kept.
   */
  @Test
  void whatWasAcknowledgedSurvivesTenKills() throws Exception {
    assertEquals(List.of(), QueueKill.run(directory, KILLS, SEED));
  }
}
