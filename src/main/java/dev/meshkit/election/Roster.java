package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All that {@link Autopilot} knows but the record.
 *
 * @param self the leader
 * @param plan what the electorate should become
 * @param moved when this leader last did something about it, or began to lead
 * @param nodes who there is, each once
 */
public record Roster(NodeId self, Plan plan, Instant moved, List<Prospect> nodes) {
  /** Copies the list. */
  public Roster {
    nodes = List.copyOf(nodes);
    if (nodes.stream().map(Prospect::node).distinct().count() != nodes.size())
      throw new IllegalArgumentException("a roster names each node once");
  }

  /**
   * What an electorate should become.
   *
   * @param target how many voters, odd, at most 9; the size of {@code pinned} if that is not empty
   * @param pinned who votes, whatever else is known of them but that they are well; empty: whoever
   *     is fit
   * @param deadAfter how long a voter must be dead before its seat is given to another; also how
   *     long an even number of voters stands that nothing can be added to
   * @param settle how long a node must have been alive before it is asked to vote; a third of it it
   *     must have acknowledged beats, a sixth is the pace of steps
   */
  public record Plan(int target, SortedSet<NodeId> pinned, Duration deadAfter, Duration settle) {
    /** The default of how long the dead keep their seats. */
    public static final Duration DEAD_AFTER = Duration.ofMinutes(10);

    /** The default of how long a node must have been alive. */
    public static final Duration SETTLE = Duration.ofSeconds(30);

    private static final int OF_REGION = 3;
    private static final int OF_GLOBAL = 5;

    /** Checks the limits. */
    public Plan {
      pinned = Collections.unmodifiableSortedSet(new TreeSet<>(pinned));
      if (!pinned.isEmpty() && target != pinned.size())
        throw new IllegalArgumentException("as many voters as are pinned, not " + target);
      if (target < 1 || target > Content.MAX_VOTERS || (pinned.isEmpty() && target % 2 == 0))
        throw new IllegalArgumentException("want 1, 3, 5, 7 or 9 voters, not " + target);
      if (deadAfter.isNegative())
        throw new IllegalArgumentException("want deadAfter >= 0, not " + deadAfter);
      if (settle.isNegative())
        throw new IllegalArgumentException("want settle >= 0, not " + settle);
    }

    /** Nodes settle in the default time. */
    public Plan(int target, SortedSet<NodeId> pinned, Duration deadAfter) {
      this(target, pinned, deadAfter, SETTLE);
    }

    /** Whoever is fit, as many as the scope wants by default. */
    public static Plan of(boolean global, Duration deadAfter, Duration settle) {
      return new Plan(global ? OF_GLOBAL : OF_REGION, new TreeSet<>(), deadAfter, settle);
    }

    /** How long a node must have acknowledged beats before it is asked to vote. */
    Duration proven() {
      return settle.dividedBy(3);
    }

    /** Between two steps from an odd size. */
    Duration pace() {
      return settle.dividedBy(6);
    }

    /** The default of a scope: 3 voters of a region, 5 of the whole. */
    public static Plan of(boolean global) {
      return new Plan(global ? OF_GLOBAL : OF_REGION, new TreeSet<>(), DEAD_AFTER);
    }

    /** These nodes and no others. */
    public static Plan pinned(SortedSet<NodeId> who, Duration deadAfter) {
      return new Plan(who.size(), who, deadAfter);
    }

    boolean wants(NodeId node) {
      return pinned.isEmpty() || pinned.contains(node);
    }
  }

  Optional<Prospect> of(NodeId node) {
    for (var one : nodes) if (one.node().equals(node)) return Optional.of(one);
    return Optional.empty();
  }
}
