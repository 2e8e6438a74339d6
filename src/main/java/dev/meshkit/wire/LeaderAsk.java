package dev.meshkit.wire;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.Gate;
import dev.meshkit.election.Seat;
import java.time.Duration;

/**
 * What one node asks of the one that leads a scope.
 *
 * @param scope which
 * @param author who wants it and why; its time is the leader's to say
 * @param within how long the caller waits, at most {@link #MOST}
 * @param wish what
 */
public record LeaderAsk(Scope scope, Author author, Duration within, Wish wish) {
  /** The longest wait. */
  public static final Duration MOST = Duration.ofSeconds(60);

  /** The longest name of who asks, bytes: the sender's node goes before it in the audit. */
  public static final int MAX_ACTOR = 128;

  /** Checks the limits. */
  public LeaderAsk {
    if (within.isNegative() || within.compareTo(MOST) > 0)
      throw new IllegalArgumentException("want to wait 0 to 60 s, not " + within);
    if (Bytes.utf8(author.actor()).size() > MAX_ACTOR)
      throw new IllegalArgumentException("an actor has at most 128 bytes here");
  }

  /** The same with another wait. */
  public LeaderAsk within(Duration other) {
    return new LeaderAsk(scope, author, other, wish);
  }

  /** What is wanted. */
  public sealed interface Wish {
    /**
     * A change of the scope record.
     *
     * @param id the same one again lands once
     * @param expected the record's version, or {@link Command#ANY}
     * @param change what
     */
    record Alter(Bytes id, long expected, Change change) implements Wish {}

    /**
     * Another voter: the leader's learner of that name, whose store it knows.
     *
     * @param id the same one again lands once
     * @param expected the record's version, or {@link Command#ANY}
     * @param node who shall vote
     * @param rank its place among those who may lead
     */
    record Admit(Bytes id, long expected, NodeId node, int rank) implements Wish {
      /** Checks the limits. */
      public Admit {
        if (node.isNobody() || rank < 0 || rank > Seat.WITNESS)
          throw new IllegalArgumentException("want a node and a rank of 0 to 255, not " + rank);
      }
    }

    /**
     * Another leader.
     *
     * @param to who, or {@link NodeId#NOBODY} for whoever is first in rank
     */
    record Transfer(NodeId to) implements Wish {}

    /** To know that the callee leads, as soon as it does. */
    record Authority() implements Wish {}

    /**
     * What the callee itself says of a change, whether it leads or not.
     *
     * @param change its name, the region put in
     */
    record Report(String change) implements Wish {
      /** Checks the limits. */
      public Report {
        var size = Bytes.utf8(change).size();
        if (size == 0 || size > Gate.MAX_BYTES)
          throw new IllegalArgumentException("the name of a change has 1 to 64 bytes, not " + size);
      }
    }
  }
}
