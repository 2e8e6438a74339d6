package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.util.Comparator;

/**
 * One who votes in a scope: a node together with its disk, because a wiped disk has forgotten its
 * votes.
 *
 * @param node who
 * @param store which of its stores, 16 bytes; empty: any, the form of a configured voter
 * @param rank lower campaigns earlier; {@link #WITNESS} never does
 */
public record Seat(NodeId node, Bytes store, int rank) {
  /** Votes and never campaigns. */
  public static final int WITNESS = 255;

  /** The rank of a voter about which nothing is said. */
  public static final int DEFAULT_RANK = 10;

  /** The order in which voters campaign after one lapse. */
  static final Comparator<Seat> ORDER =
      Comparator.comparingInt(Seat::rank).thenComparing(Seat::node);

  /** Checks the limits. */
  public Seat {
    if (node.isNobody()) throw new IllegalArgumentException("nobody cannot vote");
    if (rank < 0 || rank > WITNESS)
      throw new IllegalArgumentException("a rank is 0 to 255, not " + rank);
    if (!store.isEmpty() && store.size() != 16)
      throw new IllegalArgumentException("a store id has 16 bytes, not " + store.size());
  }

  /** A voter as configuration names it: any store, the default rank. */
  public static Seat configured(NodeId node) {
    return new Seat(node, Bytes.EMPTY, DEFAULT_RANK);
  }

  /** The same voter with another rank. */
  Seat ranked(int other) {
    return new Seat(node, store, other);
  }

  /** The same voter with a rank one better, if there is one. */
  Seat better() {
    return ranked(Math.max(0, rank - 1));
  }

  /** Whether what {@code from} says, written on {@code itsStore}, is this voter's word. */
  public boolean is(NodeId from, Bytes itsStore) {
    return node.equals(from) && (store.isEmpty() || store.equals(itsStore));
  }
}
