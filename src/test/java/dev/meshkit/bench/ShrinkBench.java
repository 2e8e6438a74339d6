package dev.meshkit.bench;

import static dev.meshkit.bench.Target.most;

import com.google.gson.JsonObject;
import dev.meshkit.sim.SimShrink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * {@code make bench BENCH=shrink}: how many faults are left of twenty failures that are kept, and
 * how long it takes to get there. What is left does not depend on what else the machine does,
 * unless time runs out; {@code ARGS=600} gives each so many seconds.
 */
final class ShrinkBench implements Bench.Measured {
  static final List<Target> TARGETS = List.of(most("left_median", 8), most("seconds_max", 60));
  private static final int PATIENCE = 50; // as make sim has: the last run ends within a minute

  private final Duration patience;

  ShrinkBench(List<String> args) {
    var seconds = args.isEmpty() ? PATIENCE : Integer.parseInt(args.getFirst());
    this.patience = Duration.ofSeconds(seconds);
  }

  @Override
  public Map<String, Object> run() throws Exception {
    var left = new ArrayList<Integer>();
    var seconds = new ArrayList<Double>();
    for (var kept : SimShrink.kept()) {
      var began = System.nanoTime();
      var shrunk = kept.shrunk(patience);
      seconds.add(Math.round((System.nanoTime() - began) / 1e8) / 10.0);
      left.add(shrunk.left());
      System.out.printf(
          "%s seed %d: %d of %d faults left after %.1f s%n",
          kept.bug(), kept.seed(), shrunk.left(), shrunk.before(), seconds.getLast());
    }
    return Measuring.judged(numbers(left, seconds), TARGETS);
  }

  /** The nearest ranks, and the ends. */
  static JsonObject numbers(List<Integer> left, List<Double> seconds) {
    var numbers = new JsonObject();
    numbers.addProperty("failures", left.size());
    numbers.addProperty("left_least", Collections.min(left));
    numbers.addProperty("left_median", median(left));
    numbers.addProperty("left_max", Collections.max(left));
    numbers.addProperty("seconds_median", median(seconds));
    numbers.addProperty("seconds_max", Collections.max(seconds));
    return numbers;
  }

  private static <T extends Comparable<T>> T median(List<T> all) {
    return all.stream().sorted().toList().get((all.size() + 1) / 2 - 1);
  }
}
