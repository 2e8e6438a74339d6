package dev.meshkit.bench.queue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Cycles over a long backlog beside cycles over a short one, each in a process of its own. */
final class Backlog {
  private static final int SHORT = 10_000;
  private static final int LONG = 10_000_000;
  private static final int ROUNDS = 3;
  private static final int LOOKS = 100;
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration ROUND = Duration.ofSeconds(3);

  private Backlog() {}

  static void measure(Path home, Map<String, Object> numbers) throws Exception {
    var few = filled(home.resolve("few"), SHORT);
    var many = filled(home.resolve("many"), LONG);
    var ofFew = new double[ROUNDS];
    var ofMany = new double[ROUNDS];
    var last = new JsonObject();
    for (var round = 0; round < ROUNDS; round++) {
      ofFew[round] = Part.run(Backlog.class, few.toString()).get("cycles_per_s").getAsDouble();
      last = Part.run(Backlog.class, many.toString());
      ofMany[round] = last.get("cycles_per_s").getAsDouble();
    }
    Spread.of(ofFew).put(numbers, "backlog_10k_cycles_per_s");
    Spread.of(ofMany).put(numbers, "backlog_10m_cycles_per_s");
    Spread.ratio(ofMany, ofFew).put(numbers, "backlog_ratio");
    numbers.put("rss_mb_10m", last.get("rss_mb").getAsLong());
    numbers.put("start_ms_10m", last.get("start_ms").getAsDouble());
    numbers.put("stats_ms_10m", last.get("stats_ms").getAsDouble());
  }

  private static Path filled(Path directory, int rows) throws Exception {
    Fill.rows(Files.createDirectories(directory), rows, OurQueue.LANES);
    return directory;
  }

  /** Opens what was filled and works on it. */
  public static void main(String... args) throws IOException, InterruptedException {
    var begun = System.nanoTime();
    try (var queue = new OurQueue(Path.of(args[0]), false)) {
      var startMs = (System.nanoTime() - begun) / 1e6;
      var waiting = queue.queue().stats().ready();
      queue.perSecond(WARM_UP);
      var rate = queue.perSecond(ROUND);
      var lookedAt = System.nanoTime();
      for (var i = 0; i < LOOKS; i++) queue.queue().stats();
      var statsMs = (System.nanoTime() - lookedAt) / 1e6 / LOOKS;
      System.out.printf(
          Locale.ROOT,
          "{\"waiting\":%d,\"cycles_per_s\":%.0f,\"start_ms\":%.1f,\"stats_ms\":%.3f,\"rss_mb\":%d}%n",
          waiting,
          rate,
          startMs,
          statsMs,
          Part.residentMegabytes());
    }
  }
}
