package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What one process does by its authority: it reads what its fence protects, and changes that later.
 * One thing at a time under one fence; what an earlier tenure began may still go on.
 */
final class Deeds {
  private final SimNode node;
  private final ElectionWatch watch;
  private final SortedSet<Fence> begun = new TreeSet<>();

  Deeds(SimNode node, ElectionWatch watch) {
    this.node = node;
    this.watch = watch;
  }

  /** What was read by one that has authority; empty if it was refused, or is at it already. */
  OptionalLong read(Fence fence) {
    if (begun.contains(fence)) return OptionalLong.empty();
    var value = node.world().register(fence.scope()).read(fence);
    if (value.isEmpty()) {
      watch.refused(fence, true);
      return value;
    }
    begun.add(fence);
    watch.read(fence, value.getAsLong());
    return value;
  }

  /** Changes what was read; {@code holds}: whether its authority lasts. */
  void write(Fence fence, long value, boolean holds) {
    begun.remove(fence);
    if (node.world().register(fence.scope()).write(fence, value)) watch.wrote(fence, value);
    else watch.refused(fence, holds);
  }
}
