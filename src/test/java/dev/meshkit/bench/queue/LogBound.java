package dev.meshkit.bench.queue;

import dev.meshkit.store.DiskLimits;
import dev.meshkit.store.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** How long the log (WAL) gets under full load while two readers page through the backlog. */
final class LogBound {
  private static final int ROWS = 100_000;
  private static final int READERS = 2;
  private static final Duration LOOK = Duration.ofMillis(1);
  private static final String PAGE =
      "SELECT seq, length(body) FROM task WHERE seq > ? ORDER BY seq LIMIT " + Reading.PAGE_ROWS;

  private LogBound() {}

  static void measure(Path home, Map<String, Object> numbers, Duration time) throws Exception {
    var directory = Files.createDirectories(home.resolve("log"));
    Fill.rows(directory, ROWS, OurQueue.LANES);
    var pages = new LongAdder();
    var longest = new AtomicLong();
    try (var ours = new OurQueue(directory, false)) {
      var crew = new Crew(Executors.newVirtualThreadPerTaskExecutor(), pages);
      crew.start(READERS, () -> page(ours, crew, pages));
      crew.start(1, () -> watch(directory.resolve("mesh.db-wal"), crew, longest));
      var rate = ours.perSecond(time);
      numbers.put("wal_cycles_per_s", Spread.rounded(rate));
      numbers.put("wal_pages", pages.sum());
      crew.perSecond(Duration.ZERO); // both have an end of their own to come to
    }
    numbers.put("wal_seconds", time.toSeconds());
    numbers.put("wal_max_mb", Spread.rounded(longest.get() / 1e6));
    var soft = DiskLimits.DEFAULTS.walSoft();
    numbers.put("wal_of_soft", Spread.rounded((double) longest.get() / soft));
    System.out.printf(
        "wal: at most %.1f MB in %d s, %,d pages read%n",
        longest.get() / 1e6, time.toSeconds(), pages.sum());
  }

  private static void page(OurQueue ours, Crew crew, LongAdder pages) throws InterruptedException {
    for (var after = 0L; !crew.isOver(); pages.increment()) {
      var last = after;
      var page = ours.store().read(read -> read.query(PAGE, row -> row.getLong(1), last)).orThrow();
      after = page.isEmpty() ? 0 : page.getLast();
    }
  }

  /** What is cut between two looks has been as long as at the look before it, but for a page. */
  private static void watch(Path log, Crew crew, AtomicLong longest) throws IOException {
    for (; !crew.isOver(); Load.pass(LOOK)) longest.accumulateAndGet(Files.size(log), Math::max);
  }
}
