package dev.meshkit.link;

import java.time.Duration;
import java.util.Optional;

/**
 * What an attempt to keep a stream open came to.
 *
 * @param worked whether it lived long
 * @param onLiveRoad whether a stream ended, and its road did not
 * @param pause how long to wait, if not as usual
 */
record Attempted(boolean worked, boolean onLiveRoad, Optional<Duration> pause) {
  /** No stream was live. */
  Attempted(boolean worked, Optional<Duration> pause) {
    this(worked, false, pause);
  }
}
