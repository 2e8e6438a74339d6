package dev.meshkit.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * One round of one side.
 *
 * @param calls made; messages, if they are streamed
 * @param rate calls, bytes or handshakes a second
 * @param p50Us microseconds, half of the calls took no longer
 * @param p99Us microseconds, 99 of 100 calls took no longer
 * @param cpuUs microseconds of processor time a call, both ends together
 * @param bytes allocated on the heap a call, both ends together
 */
record RpcSample(int calls, double rate, double p50Us, double p99Us, double cpuUs, double bytes) {

  static RpcSample of(double rate, long[] sortedNanos, double cpuUs, double bytes) {
    var last = sortedNanos.length - 1;
    return new RpcSample(
        sortedNanos.length,
        rate,
        sortedNanos[last / 2] / 1e3,
        sortedNanos[(int) (last * 0.99)] / 1e3,
        cpuUs,
        bytes);
  }

  /** The median of what each round says. */
  static double median(double... values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  static double median(List<RpcSample> rounds, ToDoubleFunction<RpcSample> what) {
    return median(rounds.stream().mapToDouble(what).toArray());
  }

  /** What the rounds of a side came to, for people. */
  static Map<String, Object> summary(List<RpcSample> rounds) {
    var rates = rounds.stream().mapToDouble(RpcSample::rate).toArray();
    var lowest = Arrays.stream(rates).min().orElse(0);
    var highest = Arrays.stream(rates).max().orElse(0);
    return new TreeMap<>(
        Map.of(
            "rate", Math.round(median(rates)),
            "rate_lowest", Math.round(lowest),
            "rate_highest", Math.round(highest),
            "p50_us", Math.round(median(rounds, RpcSample::p50Us)),
            "p99_us", Math.round(median(rounds, RpcSample::p99Us)),
            "cpu_us", rounded(median(rounds, RpcSample::cpuUs)),
            "heap_bytes", Math.round(median(rounds, RpcSample::bytes))));
  }

  static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%,.0f/s  p50 %,.0f µs  p99 %,.0f µs  cpu %.1f µs  heap %,.0f B",
        rate,
        p50Us,
        p99Us,
        cpuUs,
        bytes);
  }
}
