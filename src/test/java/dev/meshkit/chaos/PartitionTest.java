package dev.meshkit.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meshkit.chaos.Partition.Hurt;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A few rounds of {@code make chaos CASE=partition}, where namespaces and mounts are permitted. */
@Timeout(600) // a minute, on a machine that does nothing else
class PartitionTest {
  /**
   * E4, E38: cut off, on a disk that hangs, on one that is full: one authority, in each sight of
   * it.
   */
  @Test
  void neverTwoAuthorities() throws Exception {
    assumeTrue(Islands.arePermitted(), "no network namespaces or mounts for this user");
    var hurts = List.of(Hurt.ALONE, Hurt.DISK_HANGS, Hurt.DISK_FULL);
    assertEquals(List.of(), Partition.run(hurts, new SplittableRandom(9)));
  }
}
