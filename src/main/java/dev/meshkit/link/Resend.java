package dev.meshkit.link;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a message is sent once more that its receiver is too busy for. Its lease is kept meanwhile,
 * which costs no commit, for {@link #MOST} in all: after that the queue has it again, and sees
 * whether its time to live is over. Confined to its run's thread.
 */
final class Resend {
  /** Of one run. */
  static final Duration MOST = Duration.ofSeconds(10);

  private @Nullable Instant since; // when it was first waited for
  private @Nullable Instant at; // null: it is not waited for

  /** Whether the pause fits; then it has begun. */
  boolean begins(Instant now, Duration pause) {
    if (since == null) since = now;
    if (now.plus(pause).isAfter(since.plus(MOST))) return false;
    at = now.plus(pause);
    return true;
  }

  /** How long to wait for it, {@code most} at most; that if it is not waited for. */
  Duration left(Instant now, Duration most) {
    if (at == null) return most;
    var left = Duration.between(now, at);
    if (left.isNegative()) return Duration.ZERO;
    return left.compareTo(most) < 0 ? left : most;
  }

  /** Whether it is to be sent now; then it is not waited for any more. */
  boolean isDue(Instant now) {
    if (at == null || now.isBefore(at)) return false;
    at = null;
    return true;
  }

  /** It had another answer. */
  void over() {
    since = null;
    at = null;
  }
}
