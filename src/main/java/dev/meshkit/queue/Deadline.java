package dev.meshkit.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Until when a worker may be silent, by the monotonic clock. Thread-safe. */
final class Deadline {
  private Instant started; // guarded by this
  private Instant deadline; // guarded by this

  Deadline(Instant started, Duration lease) {
    this.started = started;
    this.deadline = started.plus(lease);
  }

  /** The lease is durable and the worker gets it: its time begins. */
  synchronized void begin(Instant now, Duration lease) {
    started = now;
    deadline = now.plus(lease);
  }

  /**
   * The worker is alive: how long the lease now holds, at most until {@code maxRun} is over; empty,
   * and nothing changes, once it is.
   */
  synchronized Optional<Duration> extend(Instant now, QueueOptions.Leases rules) {
    var end = started.plus(rules.maxRun());
    if (!now.isBefore(end)) return Optional.empty();
    var longer = now.plus(rules.time());
    deadline = longer.isBefore(end) ? longer : end;
    return Optional.of(Duration.between(now, deadline));
  }

  /** Everything stood still for a while, the holder too: it has run for no longer. */
  synchronized void shift(Duration gap) {
    started = started.plus(gap);
    deadline = deadline.plus(gap);
  }

  synchronized boolean expired(Instant now) {
    return !now.isBefore(deadline);
  }

  /** When its time began. */
  synchronized Instant started() {
    return started;
  }

  /** When it expires. */
  synchronized Instant instant() {
    return deadline;
  }
}
