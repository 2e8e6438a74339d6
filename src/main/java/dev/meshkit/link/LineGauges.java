package dev.meshkit.link;

import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;

/**
 * What the meters of a node say of its streams. Thread-safe.
 *
 * @param lines the node's
 */
record LineGauges(Lines lines) {
  /** Once a node. */
  void register(Meters meters) {
    QuicMeters.register(meters);
    for (var family : Lines.SYMMETRIC) {
      meters.gauge(Metric.STREAM_UNSENT_BYTES, () -> unsentBytes(family), family.name());
    }
    for (var kind : RoadKind.values()) {
      for (var outward : new boolean[] {true, false}) {
        meters.gauge(
            Metric.CONNECTIONS, () -> streams(kind, outward), kind.name(), outward ? "OUT" : "IN");
      }
    }
  }

  private double unsentBytes(Family family) {
    return lines.lives(family).stream().mapToLong(Life::unsentBytes).sum();
  }

  private double streams(RoadKind kind, boolean ours) {
    return lines.lives(Family.STREAM).stream()
        .filter(life -> life.isOurs() == ours && life.stream().road() == kind)
        .count();
  }
}
