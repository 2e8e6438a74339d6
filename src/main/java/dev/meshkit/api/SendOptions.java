package dev.meshkit.api;

import java.time.Duration;

/**
 * How a message travels to a peer. Order holds among the messages of one class, not across classes:
 * one that is slow, or waits to be tried again, holds up those behind it in its own class alone.
 *
 * @param traffic its class
 * @param coalesceKey of {@link Traffic#STATE} alone, and always there: a message that waits under
 *     the same key for the same peer is replaced, at its place
 * @param ttl how long it waits for its peer before it is dead EXPIRED ({@link Traffic#STATE}:
 *     dropped); ZERO for the node's default
 */
public record SendOptions(Traffic traffic, String coalesceKey, Duration ttl) {
  /** What a message is, which decides whom it waits behind. */
  public enum Traffic {
    /** Commands and notices: seldom, and soon. */
    CONTROL,
    /** The newest state of something: only the last of each key matters. */
    STATE,
    /** Everything else. */
    BULK
  }

  /** A message like any other. */
  public static final SendOptions BULK = new SendOptions(Traffic.BULK, "", Duration.ZERO);

  /** A command or notice. */
  public static final SendOptions CONTROL = new SendOptions(Traffic.CONTROL, "", Duration.ZERO);

  /** Checks that a key is there where it is needed, and only there. */
  public SendOptions {
    if ((traffic == Traffic.STATE) == coalesceKey.isEmpty())
      throw new IllegalArgumentException(
          "a message of class STATE has a coalesce key, and no other has one");
    if (ttl.isNegative()) throw new IllegalArgumentException("a ttl is not negative: " + ttl);
  }

  /** The newest state of {@code key}: one that waits for the same peer is replaced by it. */
  public static SendOptions state(String key) {
    return new SendOptions(Traffic.STATE, key, Duration.ZERO);
  }

  /** The same, with another time to wait for its peer. */
  public SendOptions withTtl(Duration other) {
    return new SendOptions(traffic, coalesceKey, other);
  }
}
