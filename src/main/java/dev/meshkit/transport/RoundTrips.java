package dev.meshkit.transport;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;

/**
 * The last round trips of a road. The shortest is the path's own; what is above it waited for
 * something, here or there, and says nothing of how long the next one takes. Thread-safe.
 */
final class RoundTrips {
  private static final int KEPT = 8;

  private final ArrayDeque<Duration> latest = new ArrayDeque<>(); // guarded by this

  /** One was measured. */
  synchronized void add(Duration roundTrip) {
    if (latest.size() == KEPT) latest.removeFirst();
    latest.addLast(roundTrip);
  }

  /** The last one; zero before the first. */
  synchronized Duration last() {
    return latest.isEmpty() ? Duration.ZERO : latest.getLast();
  }

  /** The shortest of the last eight; zero before the first. */
  synchronized Duration shortest() {
    return latest.isEmpty() ? Duration.ZERO : Collections.min(latest);
  }
}
