package dev.meshkit.grpc;

import java.util.concurrent.atomic.LongAdder;

/** What {@link Http3Counts} tells, as it is counted: by all loops at once. Thread-safe. */
final class Tallies {
  private final LongAdder drains = new LongAdder();
  private final LongAdder packets = new LongAdder();
  private final LongAdder wakes = new LongAdder();
  private final LongAdder probes = new LongAdder();
  private final LongAdder queued = new LongAdder();

  /** A turn of a loop is over, in which so many packets left. */
  void drained(long sent) {
    drains.increment();
    packets.add(sent);
  }

  /** Another thread was woken, so many times. */
  void woke(int times) {
    wakes.add(times);
  }

  /** A client was asked whether it still wants an answer. */
  void probed() {
    probes.increment();
  }

  /** So many calls more wait, or fewer. */
  void queued(long more) {
    queued.add(more);
  }

  Http3Counts now() {
    return new Http3Counts(
        drains.sum(), packets.sum(), wakes.sum(), probes.sum(), Math.max(0, queued.sum()));
  }
}
