package dev.meshkit.bench.queue;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The measuring process of {@code QueueBench}: arguments are the result file and the parts. All
 * files are beside each other, in {@code target}, so that every side has the same disk.
 */
public final class QueueRun {
  private static final int ROUNDS = 5;
  private static final int WARM_UPS = 3;
  private static final Duration ROUND = Duration.ofMillis(1_500);
  private static final int BATCH = 1_024;
  private static final int LONE = 2_000;

  private final Set<String> parts;
  private final Path home;
  private final Map<String, Object> numbers = new TreeMap<>();

  private QueueRun(Set<String> parts, Path home) {
    this.parts = parts;
    this.home = home;
  }

  /** Measures and leaves the numbers as JSON. */
  public static void main(String... args) throws Exception {
    var home = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "bench-queue");
    try {
      var run = new QueueRun(Set.copyOf(Arrays.asList(args).subList(1, args.length)), home);
      run.measure();
      var json = new GsonBuilder().setPrettyPrinting().create().toJson(run.numbers);
      Files.writeString(Path.of(args[0]), json);
    } finally {
      remove(home);
    }
    System.exit(0);
  }

  private boolean wanted(String part) {
    return parts.isEmpty() || parts.contains(part);
  }

  private void measure() throws Exception {
    if (wanted("lone")) lone();
    if (wanted("enqueue")) enqueue();
    if (wanted("cycle")) cycle();
    if (wanted("backlog")) Backlog.measure(home, numbers);
    if (wanted("idle")) Idle.measure(home, numbers);
  }

  private Path fresh(String name) throws IOException {
    return Files.createDirectories(home.resolve(name));
  }

  private void cycle() throws Exception {
    var sides = new LinkedHashMap<String, Load>();
    sides.put("cycles", new OurQueue(fresh("ours"), false));
    sides.put("raw_cycles", new RawQueue(fresh("raw").resolve("raw.db"), BATCH, false));
    sides.put("one_cycles", new RawQueue(fresh("one").resolve("one.db"), 1, false));
    sides.put("db_scheduler_cycles", new TheirQueue(fresh("theirs").resolve("theirs.db")));
    var rates = turns(sides);
    ratio(rates, "cycles", "raw_cycles", "ratio_raw");
    ratio(rates, "cycles", "one_cycles", "ratio_one");
    ratio(rates, "cycles", "db_scheduler_cycles", "ratio_db_scheduler");
  }

  private void enqueue() throws Exception {
    var sides = new LinkedHashMap<String, Load>();
    sides.put("enqueues", new OurQueue(fresh("enqueue"), true));
    sides.put("raw_inserts", new RawQueue(fresh("insert").resolve("raw.db"), BATCH, true));
    var rates = turns(sides);
    ratio(rates, "enqueues", "raw_inserts", "enqueue_ratio_raw");
  }

  /** All sides in turns, warmed up in turns too; who goes first changes. */
  private Map<String, double[]> turns(LinkedHashMap<String, Load> sides) throws Exception {
    var names = List.copyOf(sides.keySet());
    var rates = new LinkedHashMap<String, double[]>();
    for (var name : names) rates.put(name, new double[ROUNDS]);
    for (var round = -WARM_UPS; round < ROUNDS; round++) {
      for (var i = 0; i < names.size(); i++) {
        var name = names.get(Math.floorMod(round + i, names.size()));
        var rate = sides.get(name).perSecond(ROUND);
        if (round < 0) continue;
        rates.get(name)[round] = rate;
        System.out.printf("%-20s %10.0f/s%n", name, rate);
      }
    }
    for (var side : sides.values()) side.close();
    rates.forEach((name, all) -> Spread.of(all).put(numbers, name + "_per_s"));
    return rates;
  }

  private void ratio(Map<String, double[]> rates, String ours, String theirs, String name) {
    Spread.ratio(rates.get(ours), rates.get(theirs)).put(numbers, name);
  }

  /** One caller, who waits for each; before and after it the disk alone. */
  private void lone() throws Exception {
    var syncs = new double[ROUNDS];
    var tookMs = new double[LONE];
    try (var disk = new Syncs(fresh("disk"));
        var ours = new OurQueue(fresh("lone"), true)) {
      for (var i = 0; i < LONE; i++) {
        if (i % (LONE / ROUNDS) == 0) syncs[i * ROUNDS / LONE] = disk.perSecond(ROUND.dividedBy(2));
        var begun = System.nanoTime();
        ours.queue().enqueue(ours.task(0)).orThrow();
        tookMs[i] = (System.nanoTime() - begun) / 1e6;
      }
    }
    var steady = Arrays.copyOfRange(tookMs, LONE / 4, LONE);
    Arrays.sort(steady);
    var all = Spread.of(syncs);
    all.put(numbers, "fsync_per_s");
    var p50 = steady[steady.length / 2];
    var p99 = steady[steady.length * 99 / 100];
    numbers.put("lone_p50_ms", Spread.rounded(p50));
    numbers.put("lone_p99_ms", Spread.rounded(p99));
    numbers.put("lone_p50_of_bound", Spread.rounded(p50 / (1_250 / all.median() + 0.2)));
    numbers.put("lone_p99_of_bound", Spread.rounded(p99 / (4_000 / all.median() + 2)));
    System.out.printf("F %.0f/s, lone p50 %.3f ms p99 %.3f ms%n", all.median(), p50, p99);
  }

  private static void remove(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
