package dev.meshkit.bench.queue;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the rounds of one number came to.
 *
 * @param median of them
 * @param lowest of them
 * @param highest of them
 */
record Spread(double median, double lowest, double highest) {
  static Spread of(double... values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    return new Spread(
        rounded(sorted[sorted.length / 2]), rounded(sorted[0]), rounded(sorted[sorted.length - 1]));
  }

  /** Round by round, one divided by the other: the machine's speed changes from round to round. */
  static Spread ratio(double[] ours, double[] theirs) {
    var ratios = new double[ours.length];
    for (var i = 0; i < ratios.length; i++) ratios[i] = ours[i] / theirs[i];
    return of(ratios);
  }

  /** Three digits are more than a shared machine has. */
  static double rounded(double value) {
    if (value == 0 || !Double.isFinite(value)) return value;
    var scale = Math.pow(10, 2 - Math.floor(Math.log10(Math.abs(value))));
    return scale < 1 ? Math.round(value) : Math.round(value * scale) / scale;
  }

  /** Under its name the median, and beside it the spread. */
  void put(Map<String, Object> numbers, String name) {
    numbers.put(name, median);
    numbers.put(name + "_spread", new TreeMap<>(Map.of("lowest", lowest, "highest", highest)));
  }
}
