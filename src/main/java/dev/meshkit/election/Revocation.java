package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;

/**
 * Whom nobody in the cluster trusts any more: the holder of a key, or a node by whatever key.
 *
 * @param key SHA-256 of the key's SPKI, 32 bytes; empty: every key of the node
 * @param node whose; {@link NodeId#NOBODY} if only the key is known
 * @param notAfter when its certificate ends; {@link #NEVER} for a node
 */
public record Revocation(Bytes key, NodeId node, Instant notAfter)
    implements Comparable<Revocation> {
  /** Until it is taken back. */
  public static final Instant NEVER = Instant.EPOCH;

  private static final int KEY_BYTES = 32;
  private static final Comparator<Revocation> ORDER =
      Comparator.comparing(Revocation::key).thenComparing(Revocation::node);

  /** Checks that it names somebody. */
  public Revocation {
    if (key.isEmpty() && node.isNobody())
      throw new IllegalArgumentException("a revocation names a key or a node");
    if (!key.isEmpty() && key.size() != KEY_BYTES)
      throw new IllegalArgumentException("a key's hash has 32 bytes, not " + key.size());
    if (notAfter.isBefore(NEVER) || !notAfter.truncatedTo(ChronoUnit.MILLIS).equals(notAfter))
      throw new IllegalArgumentException("want whole milliseconds since 1970, not " + notAfter);
  }

  /** Whether both name the same: a record has one of them. */
  boolean isOf(Revocation other) {
    return key.equals(other.key) && node.equals(other.node);
  }

  /** By key, then node. */
  @Override
  public int compareTo(Revocation other) {
    return ORDER.compare(this, other);
  }
}
