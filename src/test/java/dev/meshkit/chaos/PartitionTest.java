package dev.meshkit.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshkit.chaos.Partition.Hurt;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A few rounds of {@code make chaos CASE=partition}, where namespaces are permitted. */
@Timeout(900) // three quarters of a minute, on a machine that does nothing else
class PartitionTest {
  /**
   * E4, E38: cut off, on a disk that hangs, elected beside one that is full, all killed: one
   * authority, in each sight of it.
   */
  @Test
  void neverTwoAuthorities() throws Exception {
    var refusal = Islands.refusal();
    assumeTrue(refusal.isEmpty(), refusal);
    var hurts = List.of(Hurt.ALONE, Hurt.DISK_HANGS, Hurt.VOTE_FULL, Hurt.ALL_KILLED);
    assertEquals(List.of(), Partition.run(hurts, new SplittableRandom(9)));
  }
}
