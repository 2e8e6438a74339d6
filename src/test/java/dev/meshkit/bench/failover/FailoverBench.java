package dev.meshkit.bench.failover;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code make bench BENCH=failover ARGS="100"}: kills the leader of three processes with SIGKILL,
 * that many times for each side, and takes the time from just before the kill until a successor's
 * line that it leads was read: ours when it has authority, etcd's when its log says "became
 * leader". Of {@code transfer} the leader is asked to stop by SIGTERM and hands over, and the end
 * of its authority counts. Names of sides after the number measure those alone; what was not
 * measured is not within its limit.
 */
public final class FailoverBench {
  private static final int FULL = 100;
  static final Map<String, Limit> LIMITS =
      Map.of(
          "region", new Limit(750, 1_200),
          "fast", new Limit(220, 400),
          "transfer", new Limit(100, 100));

  private final List<String> args;

  /** Its arguments, perhaps none. */
  public FailoverBench(List<String> args) {
    this.args = args;
  }

  /** What a side may take at most, in ms. */
  record Limit(double p50, double p99) {
    boolean isMetBy(double medianMs, double p99Ms) {
      return medianMs <= p50 && p99Ms <= p99;
    }
  }

  /** The numbers by side. */
  public Map<String, Object> run() throws Exception {
    var kills = args.isEmpty() ? FULL : Integer.parseInt(args.getFirst());
    var sides =
        new ArrayList<>(List.of(Side.ours("region"), Side.ours("fast"), Side.ours("transfer")));
    if (Side.hasEtcd()) sides.addAll(List.of(Side.etcd("etcd_default"), Side.etcd("etcd_tuned")));
    else System.out.println("etcd is left out: Debian's package etcd-server is not installed");
    if (args.size() > 1) sides.removeIf(side -> !args.contains(side.name()));
    var numbers = new TreeMap<String, Object>();
    var within = kills > 0 && sides.stream().map(Side::name).toList().containsAll(LIMITS.keySet());
    for (var side : sides) {
      var gaps = gaps(side, kills);
      numbers.put(side.name(), summary(gaps));
      within &= isWithin(side, gaps);
    }
    numbers.put("withinBudget", within);
    return numbers;
  }

  private static List<Double> gaps(Side side, int kills) throws Exception {
    var directory = Files.createTempDirectory(Path.of("target"), "failover-" + side.name());
    var chance = new SplittableRandom(kills);
    var gaps = new ArrayList<Double>();
    try (var trio = new Trio(side, directory)) {
      for (var n = 1; n <= kills; n++) {
        pause(side.rest().plusMillis(chance.nextInt(1_000))); // at any place of its beat
        gaps.add((side.handsOver() ? trio.handOver() : trio.kill()).toNanos() / 1e6);
        System.out.printf("%s %d/%d: %.0f ms%n", side.name(), n, kills, gaps.getLast());
      }
    }
    return gaps.stream().sorted().toList();
  }

  /** What is told of a side, in ms. */
  static Map<String, Object> summary(List<Double> sorted) {
    var numbers = new LinkedHashMap<String, Object>();
    numbers.put("p50_ms", percentile(sorted, 0.5));
    numbers.put("p99_ms", percentile(sorted, 0.99));
    numbers.put("max_ms", percentile(sorted, 1));
    numbers.put("n", sorted.size());
    return numbers;
  }

  private static boolean isWithin(Side side, List<Double> sorted) {
    var limit = LIMITS.get(side.name());
    return limit == null || limit.isMetBy(percentile(sorted, 0.5), percentile(sorted, 0.99));
  }

  /** The least value that so many of all do not exceed, to a tenth. */
  static double percentile(List<Double> sorted, double share) {
    var rank = Math.max(1, (int) Math.ceil(share * sorted.size()));
    return Math.round(sorted.get(rank - 1) * 10) / 10.0;
  }

  /** A benchmark lets time pass, so here waiting is the work. */
  private static void pause(Duration span) {
    var end = System.nanoTime() + span.toNanos();
    for (var left = span.toNanos(); left > 0; left = end - System.nanoTime())
      LockSupport.parkNanos(left);
  }
}
