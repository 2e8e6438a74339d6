package dev.meshkit.transport;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** When anything last came on the connections of one road. Thread-safe. */
final class Heard {
  private final InstantSource monotonic;
  private volatile Instant lastMonotonic;

  /** From now on; to be made is as good as to be heard of. */
  Heard(InstantSource monotonic) {
    this.monotonic = monotonic;
    this.lastMonotonic = monotonic.instant();
  }

  /** Something came. */
  void now() {
    lastMonotonic = monotonic.instant();
  }

  /** When something last did, by the monotonic clock. */
  Optional<Instant> last() {
    return Optional.of(lastMonotonic);
  }
}
