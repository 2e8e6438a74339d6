package dev.meshkit.sim;

import java.util.SortedMap;
import java.util.function.Consumer;

/** Makes the cores of one process, on what the disks hold. */
interface Cores {
  /** By the name that frames carry, which is also the order in which they start. */
  SortedMap<String, Host> hosts(SimNode node);

  /** How long a scope may be without a leader when one falls, at p99; 0 if nobody measures. */
  default long takeoverBound() {
    return 0;
  }

  /** Whether there is such a node yet; a copy is not, before it is made. */
  default boolean isBorn(SimNode node) {
    return true;
  }

  /** Has each disk of the node do something that disks should not. */
  default void damage(SimNode node, Consumer<SimDisk<?>> how) {
    throw new IllegalArgumentException("no disk of " + node.id() + " can be damaged here");
  }

  /** An operator makes the next generation of what the node's disks hold. */
  default void recover(SimNode node) {
    throw new IllegalArgumentException("nothing to recover on " + node.id());
  }

  /** Makes a node that is not born yet a copy of another. */
  default void copy(SimNode from, SimNode to) {
    throw new IllegalArgumentException("no copies of " + from.id() + " here");
  }

  /** The node's disks are gone: its next process finds new ones. */
  default void wipe(SimNode node) {
    throw new IllegalArgumentException("no disk of " + node.id() + " can be lost here");
  }
}
