package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import java.util.List;
import java.util.OptionalLong;

/**
 * What leaders act upon outside of the mesh: a number, guarded as the tables of a store are
 * (election.md §5). Whoever reads or writes shows its fence; one that is lower than one seen before
 * is refused. A read counts as seen: what a successor has read, its predecessor cannot change any
 * more.
 */
final class FencedRegister {
  private List<Fence> highest = List.of(); // none or one
  private long value;

  /** What it holds; empty if the fence is refused. */
  OptionalLong read(Fence fence) {
    return admits(fence) ? OptionalLong.of(value) : OptionalLong.empty();
  }

  /** Whether it holds that now; false if the fence is refused. */
  boolean write(Fence fence, long next) {
    if (!admits(fence)) return false;
    value = next;
    return true;
  }

  private boolean admits(Fence fence) {
    for (var seen : highest) if (fence.compareTo(seen) < 0) return false;
    highest = List.of(fence);
    return true;
  }
}
