package dev.meshkit.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ten of the kills of {@code make chaos CASE=deliver-kill}, which makes a hundred. */
@Timeout(300)
class DeliverKillTest {
  private static final int KILLS = 10;
  private static final long SEED = 7;

  @TempDir Path directory;

  /**
   * Q1, Q22, Q33, Q34, Q36, Q37 with three real processes that send to each other, killed -9 at
   * seeded instants, cut off, and with ill handlers: what was acknowledged is applied once, in
   * order.
   */
  @Test
  void whatWasAcknowledgedIsAppliedOnceThroughTenKills() throws Exception {
    assertEquals(List.of(), DeliverKill.run(directory, new DeliverKill.Plan(KILLS, SEED, false)));
  }
}
