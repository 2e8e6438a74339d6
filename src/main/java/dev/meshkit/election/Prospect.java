package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;

/**
 * What a leader knows of one node when it thinks about who should vote. Instants are of the
 * leader's monotonic clock.
 *
 * @param node who
 * @param store the store it speaks with now, 16 bytes; empty: not known
 * @param alive whether gossip takes it for alive
 * @param since when that began
 * @param acking since when it has acknowledged this leader's beats without a gap; {@link
 *     Instant#MAX} if it does not
 * @param term the highest it has shown
 * @param certified how long its certificate is good for
 * @param bar what else keeps it from voting
 */
public record Prospect(
    NodeId node,
    Bytes store,
    boolean alive,
    Instant since,
    Instant acking,
    long term,
    Duration certified,
    Bar bar) {
  /** What keeps a node that is alive from being asked to vote. */
  public enum Bar {
    /** Nothing. */
    NONE,
    /** It is no server: it comes and goes as it likes. */
    ROLE,
    /** It was found dead or suspect again and again of late. */
    FLAPPING,
    /** It is about to go: a voter that drains is replaced. */
    DRAINING
  }

  /** How long its certificate must last. */
  static final Duration CERTIFIED = Duration.ofHours(1);

  /** Checks the limits. */
  public Prospect {
    if (node.isNobody()) throw new IllegalArgumentException("nobody is no prospect");
    if (!store.isEmpty() && store.size() != 16)
      throw new IllegalArgumentException("a store id has 16 bytes, not " + store.size());
  }

  /** The seat it would take, or has. */
  Seat seat(int rank) {
    return new Seat(node, store, rank);
  }

  /** Whether it may be asked to vote by a leader of {@code record} that goes by {@code plan}. */
  boolean isReady(ScopeRecord record, Roster.Plan plan, Instant now) {
    return alive
        && bar == Bar.NONE
        && !store.isEmpty()
        && !now.isBefore(since.plus(plan.settle()))
        && isAcking()
        && !now.isBefore(acking.plus(plan.proven()))
        && term <= record.id().term()
        && certified.compareTo(CERTIFIED) >= 0
        && !record.content().isRevoked(node);
  }

  boolean isAcking() {
    return !acking.equals(Instant.MAX);
  }

  /** Whether the node speaks, with another store than that of its seat. */
  boolean isWiped(Seat seat) {
    return alive && !store.isEmpty() && !seat.store().isEmpty() && !store.equals(seat.store());
  }
}
