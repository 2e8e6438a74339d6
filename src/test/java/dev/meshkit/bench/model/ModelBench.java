package dev.meshkit.bench.model;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.meshkit.election.Profile;
import dev.meshkit.gossip.Timing;
import dev.meshkit.sim.SimLatency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code make bench BENCH=model ARGS="30"}: the median of real failovers, as the benchmark of that
 * name left it in {@code target/bench/failover.json}, and of real deaths of one process of five, of
 * which this kills so many, beside the simulator's for the same parameters on a machine that writes
 * and answers as fast as this one does.
 */
public final class ModelBench {
  private static final int KILLS = 30;
  private static final int MEMBERS = 5;
  private static final int SEEDS = 200;
  private static final double LEAST = 0.75;
  private static final double MOST = 1.25;

  private final List<String> args;
  private final Map<String, Object> numbers = new TreeMap<>();
  private final List<String> missed = new ArrayList<>();

  /** Its arguments, perhaps none. */
  public ModelBench(List<String> args) {
    this.args = args;
  }

  /** The numbers, and whether real and simulated lie within 25 % of each other. */
  public Map<String, Object> run() throws Exception {
    var machine = Machine.measured();
    numbers.put("fsync_p50_ms", tenth(machine.fsyncMedian() / 1e6));
    numbers.put("fsync_p99_ms", tenth(machine.fsyncP99() / 1e6));
    numbers.put("round_trip_us", tenth(machine.roundTrip() / 1e3));
    failover(machine);
    deaths(machine);
    numbers.put("missed", missed);
    numbers.put("withinBudget", missed.isEmpty());
    return numbers;
  }

  private void failover(SimLatency.Machine machine) throws IOException {
    var file = Path.of("target/bench/failover.json");
    if (!Files.exists(file)) {
      missed.add("no " + file + ": run make bench BENCH=failover first");
      return;
    }
    var real = new Gson().fromJson(Files.readString(file), JsonObject.class);
    for (var side : Map.of("region", Profile.REGION, "fast", Profile.FAST).entrySet()) {
      var found = real.getAsJsonObject(side.getKey());
      if (found == null) missed.add(file + " has no " + side.getKey());
      else
        beside(
            "failover_" + side.getKey(),
            found.get("p50_ms").getAsDouble(),
            SimLatency.takeovers(side.getValue(), machine, SEEDS));
    }
  }

  private void deaths(SimLatency.Machine machine) throws IOException, InterruptedException {
    var kills = args.isEmpty() ? KILLS : Integer.parseInt(args.getFirst());
    if (kills == 0) return;
    var simulated = SimLatency.deaths(Timing.lan(), machine, SEEDS);
    var chance = new SplittableRandom(kills);
    var took = new ArrayList<Double>();
    var directory = Files.createTempDirectory(Path.of("target"), "fleet");
    try (var fleet = new Fleet(MEMBERS, directory)) {
      for (var n = 1; n <= kills; n++) {
        pause(Duration.ofMillis(3_000 + chance.nextInt(1_000))); // at any place of its probes
        var place = chance.nextInt(MEMBERS);
        took.add(fleet.kill(place).toNanos() / 1e6);
        System.out.printf("death %d/%d: %.0f ms%n", n, kills, took.getLast());
        fleet.replace(place);
      }
    }
    var sorted = took.stream().sorted().toList();
    numbers.put("death_real_n", sorted.size());
    numbers.put("death_real_max_ms", tenth(sorted.getLast()));
    beside("death", median(sorted), simulated);
  }

  private void beside(String name, double real, List<Double> simulated) {
    var model = median(simulated);
    var ratio = Math.round(real / model * 100) / 100.0;
    numbers.put(name + "_real_p50_ms", tenth(real));
    numbers.put(name + "_simulated_p50_ms", tenth(model));
    numbers.put(name + "_ratio", ratio);
    System.out.println(row(name, tenth(real), tenth(model)));
    if (!isWithin(ratio)) missed.add(name + "_ratio in " + LEAST + ".." + MOST);
  }

  /** As docs/bench/model.md has it, so that nobody types it; milliseconds. */
  static String row(String name, double real, double simulated) {
    var ratio = real / simulated;
    var verdict = isWithin(Math.round(ratio * 100) / 100.0) ? "" : ", missed";
    return String.format(
        Locale.ROOT,
        "| `%s` | %,.1f ms | %,.1f ms | %.2f%s |",
        name,
        real,
        simulated,
        ratio,
        verdict);
  }

  /** Whether what is real is no further from what is simulated than it may be. */
  static boolean isWithin(double ratio) {
    return ratio >= LEAST && ratio <= MOST;
  }

  /** The nearest rank. */
  static double median(List<Double> sorted) {
    return sorted.get((sorted.size() + 1) / 2 - 1);
  }

  private static double tenth(double value) {
    return Math.round(value * 10) / 10.0;
  }

  /** A benchmark lets time pass, so here waiting is the work. */
  private static void pause(Duration span) {
    var end = System.nanoTime() + span.toNanos();
    for (var left = span.toNanos(); left > 0; left = end - System.nanoTime())
      LockSupport.parkNanos(left);
  }
}
