package dev.meshkit.link;

import dev.meshkit.runtime.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * When a peer that could not be reached, or was lost, may be dialled again, whoever asks: all that
 * want to talk to it share one dial before attempt k, U(0, min(cap, 100 ms · 2^k)) after the last.
 * Instants are monotonic. Thread-safe.
 */
final class Pace {
  private final Supplier<Backoff> backoff;
  private int attempt; // guarded by this
  private Instant next = Instant.MIN; // guarded by this
  private Instant spread = Instant.MIN; // guarded by this

  /** {@code backoff}, asked each time, as long as dials fail. */
  Pace(Supplier<Backoff> backoff) {
    this.backoff = backoff;
  }

  /** How long to wait before the next dial; zero if it may be now. */
  synchronized Duration left(Instant now) {
    return now.isBefore(next) ? Duration.between(now, next) : Duration.ZERO;
  }

  /** A dial failed. */
  synchronized void failed(Instant now, RandomGenerator chance) {
    next = now.plus(backoff.get().before(++attempt, chance));
  }

  /**
   * A road that was there was lost. It may have been the peer's end that all its peers see at once:
   * they must not come back in one instant. There is no failure to tell whoever asks meanwhile; he
   * waits.
   */
  synchronized void lost(Instant now, RandomGenerator chance) {
    spread = now.plus(backoff.get().before(0, chance));
  }

  /** How long whoever wants to dial waits for that. */
  synchronized Duration spread(Instant now) {
    return now.isBefore(spread) ? Duration.between(now, spread) : Duration.ZERO;
  }

  /** The peer was reached, or may be now: what failed before says nothing any more. */
  synchronized void reset() {
    attempt = 0;
    next = Instant.MIN;
    spread = Instant.MIN;
  }
}
