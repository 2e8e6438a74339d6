package dev.meshkit.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshkit.chaos.Partition.Hurt;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/**
 * A few rounds of {@code make chaos CASE=partition}, where namespaces are permitted. What the
 * machine refuses is no pass: the test counts as skipped, and its output says what was not shown.
 */
@Timeout(900) // three quarters of a minute, on a machine that does nothing else
class PartitionTest {
  /**
   * E4, E38: cut off, on a disk that hangs, elected beside one that is full, all killed: one
   * authority, in each sight of it.
   */
  @Test
  void neverTwoAuthorities() throws Exception {
    unlessRefused(Islands.refusal(), "partitions of real processes", System.out);
    var hurts = List.of(Hurt.ALONE, Hurt.DISK_HANGS, Hurt.VOTE_FULL, Hurt.ALL_KILLED);
    assertEquals(List.of(), Partition.run(hurts, new SplittableRandom(9)));
    unlessRefused(Disks.refusal(), "leaders on disks that hang and are full", System.out);
  }

  /** E38: what is not shown on a machine is told, and not counted among what passed. */
  @Test
  void whatIsRefusedIsSkippedAloud() {
    var said = new ByteArrayOutputStream();
    var out = new PrintStream(said, true, StandardCharsets.UTF_8);
    assertThrows(TestAbortedException.class, () -> unlessRefused("no ip", "partitions", out));
    assertEquals(
        "SKIPPED, NOT SHOWN: partitions: no ip" + System.lineSeparator(),
        said.toString(StandardCharsets.UTF_8));
  }

  private static void unlessRefused(String refusal, String what, PrintStream out) {
    if (!refusal.isEmpty()) out.println("SKIPPED, NOT SHOWN: " + what + ": " + refusal);
    assumeTrue(refusal.isEmpty(), refusal);
  }
}
