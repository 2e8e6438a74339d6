package dev.meshkit.bench.queue;

import com.google.gson.JsonObject;
import dev.meshkit.api.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/** Cycles over a long backlog beside cycles over a short one, each in a process of its own. */
final class Backlog {
  private static final int SHORT = 10_000;
  private static final int LONG = 10_000_000;
  private static final int ROUNDS = 3;
  private static final int LOOKS = 100;
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration ROUND = Duration.ofSeconds(3);

  /** As an enqueue would have written them; ids as far below the marks as they must be. */
  private static final String FILL =
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
      INSERT INTO task (seq, lid, ord, st, exp, max_attempt, enq_wall, kind, codec, crc, size, body)
      SELECT s.top + i, 1 + i % ?2, s.top + i, 0, 0, 5, s.wall, 'bench.task', s.codec, ?3, ?4,
        zeroblob(?4)
      FROM n, (SELECT max(seq) AS top, max(enq_wall) AS wall, max(codec) AS codec FROM task) s""";

  private static final String COUNT =
      """
      UPDATE lane SET n_live = (SELECT count(*) FROM task t WHERE t.lid = lane.lid),
        bytes = (SELECT sum(size) FROM task t WHERE t.lid = lane.lid)""";
  private static final String MARK =
      "UPDATE meta SET i = (SELECT max(seq) FROM task) WHERE k = 'seq'";

  private Backlog() {}

  static void measure(Path home, Map<String, Object> numbers) throws Exception {
    var few = fill(Files.createDirectories(home.resolve("few")), SHORT);
    var many = fill(Files.createDirectories(home.resolve("many")), LONG);
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

  /** Rows that wait, written by SQL: ten million enqueues would take longer than the benchmark. */
  private static Path fill(Path directory, int rows) throws Exception {
    try (var queue = new OurQueue(directory, true)) {
      for (var lane = 0; lane < OurQueue.LANES; lane++) {
        queue.queue().enqueue(queue.task(lane)).orThrow();
      }
    }
    var begun = System.nanoTime();
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("mesh.db"));
        var statement = db.createStatement()) {
      for (var fast : new String[] {"journal_mode = OFF", "synchronous = OFF", "cache_size=-65536"})
        statement.execute("PRAGMA " + fast);
      fill(db, rows);
      statement.executeUpdate(COUNT);
      if (statement.executeUpdate(MARK) != 1)
        throw new SQLException("the mark of ids is not there");
    }
    System.out.printf("filled %,d rows in %.1f s%n", rows, (System.nanoTime() - begun) / 1e9);
    return directory;
  }

  private static void fill(Connection db, int rows) throws SQLException {
    var crc = new CRC32C();
    crc.update(Bytes.of(new byte[Load.BODY_BYTES]).asBuffer());
    try (var filling = db.prepareStatement(FILL)) {
      filling.setLong(1, rows);
      filling.setLong(2, OurQueue.LANES);
      filling.setLong(3, crc.getValue());
      filling.setLong(4, Load.BODY_BYTES);
      filling.executeUpdate();
    }
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
