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
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The measuring process of {@code QueueBench}: arguments are the result file and the parts, {@code
 * wal} perhaps with its seconds, {@code wal=600}. All files are beside each other, in {@code
 * target}, so that every side has the same disk.
 */
public final class QueueRun {
  private static final int ROUNDS = 5;
  private static final int WARM_UPS = 3;
  private static final Duration ROUND = Duration.ofMillis(1_500);
  private static final int BATCH = 1_024;

  /** In the order in which they run: those that need a quiet disk first. */
  private static final List<String> PARTS =
      List.of(
          "lone",
          "half",
          "enqueue",
          "cycle",
          "pickup",
          "fairness",
          "restart",
          "wal",
          "backlog",
          "idle");

  private final Path home; // of the part that runs
  private final Map<String, Object> numbers;

  private QueueRun(Path home, Map<String, Object> numbers) {
    this.home = home;
    this.numbers = numbers;
  }

  /** Measures and leaves the numbers as JSON. */
  public static void main(String... args) throws Exception {
    var parts = wanted(Arrays.asList(args).subList(1, args.length));
    var home = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "bench-queue");
    try {
      var numbers = new TreeMap<String, Object>();
      for (var part : PARTS) {
        if (!parts.containsKey(part)) continue;
        var place = Files.createDirectories(home.resolve(part));
        new QueueRun(place, numbers).measure(part, parts.get(part));
        remove(place); // the next part finds the disk as this one did
      }
      var json = new GsonBuilder().setPrettyPrinting().create().toJson(numbers);
      Files.writeString(Path.of(args[0]), json);
    } finally {
      remove(home);
    }
    System.exit(0);
  }

  /** The parts asked for, with what was said of each; all without if none was. */
  private static Map<String, String> wanted(List<String> said) {
    var asked = said.isEmpty() ? PARTS : said;
    var parts =
        asked.stream()
            .map(part -> part.split("=", 2))
            .collect(Collectors.toMap(part -> part[0], part -> part.length > 1 ? part[1] : ""));
    if (PARTS.containsAll(parts.keySet())) return parts;
    throw new IllegalArgumentException("parts are " + PARTS + ", not " + said);
  }

  private void measure(String part, String how) throws Exception {
    var begun = System.nanoTime();
    switch (part) {
      case "lone" -> Lone.alone(home, numbers);
      case "half" -> Lone.atHalfLoad(home, numbers);
      case "enqueue" -> enqueue();
      case "cycle" -> cycle();
      case "pickup" -> Pickup.measure(home, numbers);
      case "fairness" -> Fairness.measure(home, numbers);
      case "restart" -> Restart.measure(home, numbers);
      case "wal" ->
          LogBound.measure(
              home, numbers, Duration.ofSeconds(how.isEmpty() ? 60 : Long.parseLong(how)));
      case "backlog" -> Backlog.measure(home, numbers);
      case "idle" -> Idle.measure(home, numbers);
      default -> throw new IllegalStateException("no such part: " + part);
    }
    System.out.printf("%s took %.0f s%n", part, (System.nanoTime() - begun) / 1e9);
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

  private static void remove(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
