package dev.meshkit.bench;

import static dev.meshkit.bench.Target.most;

import com.google.gson.JsonObject;
import dev.meshkit.gossip.Timing;
import dev.meshkit.sim.SimSpread;
import java.util.List;
import java.util.Map;

/**
 * {@code make bench BENCH=spread}: how long a committed gate takes to 200 nodes, by virtual time in
 * the simulator, so that it does not depend on the machine; beside it a rumour of gossip's own, and
 * the same by the faster of gossip's profiles. {@code ARGS=3} for so many seeds.
 */
final class SpreadBench implements Bench.Measured {
  /** GateSpread, of gate.md: 95 of 100 nodes, and all of them. */
  static final List<Target> TARGETS =
      List.of(most("adopted_p95_ms", 2_000), most("adopted_max_ms", 5_000));

  private static final int NODES = 200;
  private static final int SEEDS = 10;

  private final int seeds;

  SpreadBench(List<String> args) {
    this.seeds = args.isEmpty() ? SEEDS : Integer.parseInt(args.getFirst());
  }

  @Override
  public Map<String, Object> run() {
    var numbers = numbers("", SimSpread.of(NODES, Timing.lan(), seeds));
    var fast = numbers("fast_", SimSpread.of(NODES, Timing.fast(), seeds));
    fast.entrySet().forEach(each -> numbers.add(each.getKey(), each.getValue()));
    return Measuring.judged(numbers, TARGETS);
  }

  /** The nearest ranks of both kinds of news. */
  static JsonObject numbers(String profile, SimSpread.Spread spread) {
    var numbers = new JsonObject();
    put(numbers, profile + "adopted", spread.gates());
    put(numbers, profile + "rumour", spread.rumours());
    return numbers;
  }

  private static void put(JsonObject numbers, String name, SimSpread.Times times) {
    numbers.addProperty(name + "_n", times.toAll().size());
    numbers.addProperty(name + "_p50_ms", rank(times.toEach(), 50));
    numbers.addProperty(name + "_p95_ms", rank(times.toEach(), 95));
    numbers.addProperty(name + "_max_ms", rank(times.toEach(), 100));
    numbers.addProperty(name + "_by_all_p50_ms", rank(times.toAll(), 50));
  }

  /** Of a list that is sorted and not empty; whole milliseconds. */
  private static long rank(List<Double> sorted, int percent) {
    var place = (int) Math.ceil(sorted.size() * percent / 100.0);
    return Math.round(sorted.get(Math.max(1, place) - 1));
  }
}
