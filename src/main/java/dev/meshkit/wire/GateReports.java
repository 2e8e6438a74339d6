package dev.meshkit.wire;

import java.time.Duration;

/** The message {@code GateReport}. Stateless and thread-safe. */
final class GateReports {
  private static final long LONGEST_MS = Duration.ofDays(36_500).toMillis();

  private GateReports() {}

  static dev.meshkit.wire.proto.GateReport message(GateReport report) {
    var out =
        dev.meshkit.wire.proto.GateReport.newBuilder()
            .setMin(report.min())
            .setMax(report.max())
            .setBaseline(report.baseline())
            .setKey(report.key())
            .setRegion(report.region())
            .setEpoch(report.epoch())
            .setWatchedMs(report.watched().toMillis());
    for (var use : report.uses())
      out.addUses(
          dev.meshkit.wire.proto.GateUse.newBuilder()
              .setVersion(use.version())
              .setAgoMs(use.ago().toMillis()));
    return out.build();
  }

  static GateReport report(dev.meshkit.wire.proto.GateReport in) {
    return new GateReport(
        in.getMin(),
        in.getMax(),
        in.getBaseline(),
        in.getKey(),
        in.getRegion(),
        ElectReader.count(in.getEpoch(), "epoch"),
        time(in.getWatchedMs()),
        in.getUsesList().stream()
            .map(use -> new GateReport.Use(use.getVersion(), time(use.getAgoMs())))
            .toList());
  }

  private static Duration time(long millis) {
    if (millis < 0 || millis > LONGEST_MS)
      throw new IllegalArgumentException("a time of more than a hundred years");
    return Duration.ofMillis(millis);
  }
}
