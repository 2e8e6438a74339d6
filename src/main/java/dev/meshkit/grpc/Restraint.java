package dev.meshkit.grpc;

import dev.meshkit.runtime.Backoff;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How a channel spares a server that cannot serve it, though it takes its connections: one that
 * sends them away as soon as they are there is dialled less and less often, and one that rejects
 * calls is not dialled again for each of them. Confined to the event loop.
 */
final class Restraint {
  private static final Backoff EARLY =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10)); // as for dials that fail

  private static final Duration FIRST_STAY = Duration.ofSeconds(5);
  private static final Duration LONGEST_STAY = Duration.ofSeconds(80);

  private static final int MANY_CALLS = 32;

  private final RandomGenerator chance;
  private int early; // connections in a row that were of no use
  private long leftNanos;
  private Duration stay = Duration.ZERO; // after the last one was left for its rejections

  Restraint(RandomGenerator chance) {
    this.chance = chance;
  }

  /**
   * The connection in use has ended, or takes no more calls: how long to wait before another is
   * dialled. Not at all if it was {@code settled}, or took many calls and aged by them; nor for the
   * first that was not and did not, since a server may have been about to leave just then.
   */
  Duration afterEnd(boolean settled, OpenStreams.Use use) {
    early = settled || use.opened() >= MANY_CALLS ? 0 : early + 1;
    return early < 2 ? Duration.ZERO : EARLY.before(early - 2, chance);
  }

  /** Whoever uses the channel wants no pauses. */
  void forget() {
    early = 0;
  }

  /**
   * A connection rejected a call: whether to leave it for another. One may have room where another
   * has none; but if the next rejects calls as well it is the server that has none. Then its calls
   * fail where they are: for 5 s, twice as long each time, until none was rejected for as long.
   */
  boolean leaves(long nowNanos) {
    var since = Duration.ofNanos(nowNanos - leftNanos);
    if (stay.isPositive() && since.compareTo(stay) < 0) return false;
    var again = stay.isPositive() && since.compareTo(stay.multipliedBy(2)) < 0;
    stay = again ? shorter(stay.multipliedBy(2), LONGEST_STAY) : FIRST_STAY;
    leftNanos = nowNanos;
    return true;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
