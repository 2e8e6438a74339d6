package dev.meshkit.bench.queue;

import java.util.Collection;
import java.util.Map;

/**
 * How long something took, each time that it was done.
 *
 * @param sortedMs shortest first
 */
record Times(double... sortedMs) {
  static Times ofNanos(Collection<Long> nanos) {
    return new Times(nanos.stream().mapToDouble(took -> took / 1e6).sorted().toArray());
  }

  double p50() {
    return at(50);
  }

  double p99() {
    return at(99);
  }

  private double at(int percent) {
    return Spread.rounded(sortedMs[sortedMs.length * percent / 100]);
  }

  /** Both under its name. */
  void put(Map<String, Object> numbers, String name) {
    numbers.put(name + "_p50_ms", p50());
    numbers.put(name + "_p99_ms", p99());
  }

  /** Both, and what they are of what a disk with so many syncs a second allows a lone caller. */
  void put(Map<String, Object> numbers, String name, double syncsPerSecond) {
    put(numbers, name);
    numbers.put(name + "_p50_of_bound", Spread.rounded(p50() / (1_250 / syncsPerSecond + 0.2)));
    numbers.put(name + "_p99_of_bound", Spread.rounded(p99() / (4_000 / syncsPerSecond + 2)));
    System.out.printf(
        "%s: F %.0f/s, p50 %.3f ms, p99 %.3f ms%n", name, syncsPerSecond, p50(), p99());
  }
}
