package dev.meshkit.link;

import dev.meshkit.grpc.Http3Counts;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;

/** What HTTP/3 counts for the whole process, among the meters of a node. */
final class QuicMeters {
  private QuicMeters() {}

  static void register(Meters meters) {
    meters.gauge(Metric.H3_QUEUED_CALLS, () -> Http3Counts.now().queuedCalls());
    meters.counted(Metric.H3_DRAINS_TOTAL, () -> Http3Counts.now().drains());
    meters.counted(Metric.H3_PACKETS_TOTAL, () -> Http3Counts.now().packets());
    meters.counted(Metric.H3_WAKES_TOTAL, () -> Http3Counts.now().wakes());
    meters.counted(Metric.H3_CANCEL_PROBES_TOTAL, () -> Http3Counts.now().probes());
  }
}
