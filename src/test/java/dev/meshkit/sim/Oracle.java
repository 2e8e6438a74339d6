package dev.meshkit.sim;

import java.util.List;

/**
 * A judge with the truth that the nodes lack. One class each, incremental, told of every mutation
 * in order, so that an illegal state that heals at once is still seen.
 */
interface Oracle {
  /** The invariant's id in the design, with a word for people. */
  String name();

  /** Takes note of what was seen; says what is wrong about it, or nothing. */
  String see(Sight sight);

  /** Adds what it has measured to what the run has seen, when that is over. */
  default void measure(Coverage run) {}

  /** Those whose judgement is its own, if there are any. */
  default List<Oracle> within() {
    return List.of();
  }
}
