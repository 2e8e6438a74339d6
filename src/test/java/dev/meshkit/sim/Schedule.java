package dev.meshkit.sim;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is done to a run: its faults, and its sizes where they are not the seed's.
 *
 * @param ops the faults, in order of time
 * @param sizes how many nodes run, for how long
 */
record Schedule(List<Op.Timed> ops, Sizes sizes) {
  /** Copies the list. */
  Schedule {
    ops = List.copyOf(ops);
  }

  /**
   * How large a run is.
   *
   * @param nodes how many there are; 0: as many as the seed drew
   * @param absent those that never run, by number; all that is drawn for the others stays
   * @param chaos how long faults happen, nanoseconds; below zero: as the seed drew it
   * @param calm how long nothing fails after that; below zero: as the seed drew it
   */
  record Sizes(int nodes, SortedSet<Integer> absent, long chaos, long calm) {
    /** What the seed drew. */
    static final Sizes DRAWN = new Sizes(0, new TreeSet<>(), -1, -1);

    /** Copies the set. */
    Sizes {
      absent = Collections.unmodifiableSortedSet(new TreeSet<>(absent));
    }

    /** When a run ends that nothing ends before, nanoseconds. */
    long end() {
      return chaos + calm;
    }
  }

  /** Faults of somebody's choice in a run of the seed's sizes. */
  static Schedule of(List<Op.Timed> ops) {
    return new Schedule(ops, Sizes.DRAWN);
  }

  /** With other faults. */
  Schedule with(List<Op.Timed> others) {
    return new Schedule(others, sizes);
  }

  /** With one node less. */
  Schedule without(int node) {
    var absent = new TreeSet<>(sizes.absent());
    absent.add(node);
    return new Schedule(ops, new Sizes(sizes.nodes(), absent, sizes.chaos(), sizes.calm()));
  }

  /** With phases of other lengths, nanoseconds. */
  Schedule lasting(long chaos, long calm) {
    return new Schedule(ops, new Sizes(sizes.nodes(), sizes.absent(), chaos, calm));
  }

  /** What a person has to know of the sizes besides the faults; empty if there is nothing. */
  String words() {
    var rest = sizes.nodes() - sizes.absent().size();
    var text = sizes.absent().isEmpty() ? "" : rest + " of " + sizes.nodes() + " nodes run, not ";
    return text
        + (sizes.absent().isEmpty() ? "" : sizes.absent() + "; ")
        + "it ends by "
        + Seconds.text(sizes.end());
  }
}
