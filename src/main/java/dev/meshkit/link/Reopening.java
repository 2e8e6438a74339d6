package dev.meshkit.link;

import dev.meshkit.api.NodeId;
import java.time.Duration;

/**
 * When a stream is opened anew: the smaller of two ids goes first, and the larger leaves it a
 * second for that, or there would be two streams, and with them two roads. Thread-safe.
 *
 * @param context chance, and how soon whom is dialled again
 * @param peer at the other end
 */
record Reopening(LinkContext context, NodeId peer) {
  /** How long the larger id waits for a stream of the smaller. */
  static final Duration GRACE = Duration.ofSeconds(1);

  private static final Duration LEAST = Duration.ofMillis(50);
  private static final Duration MOST = Duration.ofMillis(250);

  /** On a road that lives the smaller id is sooner than {@link #GRACE}, however often it failed. */
  private static final Duration MOST_BESIDE = Duration.ofMillis(900);

  /** Before the first attempt. */
  Duration first() {
    return graced(Duration.ZERO);
  }

  /** After a stream of the peer's. */
  Duration lived() {
    return graced(soon());
  }

  /** After a stream that was of use, whose road lives; the larger id has to add its own second. */
  Duration soon() {
    return context.between(LEAST, MOST);
  }

  /** After an attempt that came to this, which was the {@code k}-th in vain. */
  Duration after(Attempted outcome, int k) {
    var pause = outcome.pause().orElse(context.pause(peer, k));
    return graced(outcome.onLiveRoad() && pause.compareTo(MOST_BESIDE) > 0 ? MOST_BESIDE : pause);
  }

  private Duration graced(Duration pause) {
    return context.self().compareTo(peer) < 0 ? pause : pause.plus(GRACE);
  }
}
