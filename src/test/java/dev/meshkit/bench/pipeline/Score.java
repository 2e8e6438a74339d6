package dev.meshkit.bench.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a contest came to.
 *
 * @param contest which
 * @param ours by round
 * @param plain by round
 */
record Score(Contest contest, List<Duel.Took> ours, List<Duel.Took> plain) {
  /** Copies the lists. */
  Score {
    ours = List.copyOf(ours);
    plain = List.copyOf(plain);
  }

  /** Whether the medians keep the bound. */
  boolean holds() {
    var bound = contest.bound();
    return bound.holds(median(nanos(ours)), median(nanos(plain)), median(ratios()));
  }

  /** By name, as the file of numbers holds it. */
  Map<String, Object> numbers() {
    var all = new LinkedHashMap<String, Object>();
    all.put("work", contest.work());
    all.put("beside", contest.peer());
    all.put("bound", contest.bound().text());
    all.put("boundOf", contest.boundOf());
    all.put("holds", holds());
    put(all, "timeRatio", ratios(), 1_000);
    put(all, "rateRatio", ratios().stream().map(ratio -> 1 / ratio).toList(), 1_000);
    put(all, "busyRatio", ratios(busy(ours), busy(plain)), 1_000);
    put(all, "oursNanos", nanos(ours), 10);
    put(all, "plainNanos", nanos(plain), 10);
    put(all, "oursBusyNanos", busy(ours), 10);
    put(all, "plainBusyNanos", busy(plain), 10);
    all.put("rounds", ours.size());
    return all;
  }

  /** Each round's own: what drifts with time takes both sides along. */
  private List<Double> ratios() {
    return ratios(nanos(ours), nanos(plain));
  }

  private static List<Double> ratios(List<Double> these, List<Double> those) {
    return IntStream.range(0, these.size()).mapToObj(i -> these.get(i) / those.get(i)).toList();
  }

  private static List<Double> nanos(List<Duel.Took> side) {
    return side.stream().map(Duel.Took::nanos).toList();
  }

  private static List<Double> busy(List<Duel.Took> side) {
    return side.stream().map(Duel.Took::busyNanos).toList();
  }

  /** The middle of the rounds, and how far they spread. */
  record Spread(double median, double least, double most) {}

  private static void put(Map<String, Object> all, String name, List<Double> values, int parts) {
    var sorted = values.stream().sorted().toList();
    var least = rounded(sorted.getFirst(), parts);
    var most = rounded(sorted.getLast(), parts);
    all.put(name, new Spread(rounded(median(values), parts), least, most));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double rounded(double value, int parts) {
    return (double) Math.round(value * parts) / parts;
  }
}
