package dev.meshkit.bench.queue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * One caller, who waits for each of its enqueues: alone, and beside others that together ask for
 * half of what the queue can do. In turns with the disk alone.
 */
final class Lone {
  private static final int ROUNDS = 5;
  private static final int WARM_UPS = 2;
  private static final int A_ROUND = 400;
  private static final int OTHERS = 256;
  private static final Duration ROUND = Duration.ofMillis(1_500);
  private static final Duration BEAT = Duration.ofMillis(1);

  private Lone() {}

  static void alone(Path home, Map<String, Object> numbers) throws Exception {
    var syncs = new double[ROUNDS];
    var took = new ArrayList<Long>();
    Times synced;
    var directory = Files.createDirectories(home.resolve("lone"));
    try (var disk = new Syncs(directory);
        var ours = new OurQueue(directory, true)) {
      for (var round = -WARM_UPS; round < ROUNDS; round++) {
        if (round <= 0) {
          took.clear();
          disk.took().clear();
        }
        var rate = disk.perSecond(ROUND.dividedBy(2));
        if (round >= 0) syncs[round] = rate;
        for (var i = 0; i < A_ROUND; i++) took.add(enqueue(ours));
      }
      synced = Times.ofNanos(disk.took());
      synced.put(numbers, "fsync");
    }
    var all = Spread.of(syncs);
    all.put(numbers, "fsync_per_s");
    var lone = Times.ofNanos(took);
    lone.put(numbers, "lone", all.median());
    numbers.put("lone_p99_of_fsync_p99", Spread.rounded(lone.p99() / synced.p99()));
  }

  /** The half is of what it could do in the same turn: the disk is not the same for long. */
  static void atHalfLoad(Path home, Map<String, Object> numbers) throws Exception {
    var syncs = new double[ROUNDS];
    var shares = new double[ROUNDS];
    var took = new ArrayList<Long>();
    var directory = Files.createDirectories(home.resolve("half"));
    try (var disk = new Syncs(directory);
        var ours = new OurQueue(directory, true)) {
      for (var round = -WARM_UPS; round < ROUNDS; round++) {
        if (round <= 0) took.clear();
        var rate = disk.perSecond(ROUND.dividedBy(2));
        var most = ours.perSecond(ROUND);
        var asked = beside(ours, most / 2, took);
        if (round < 0) continue;
        syncs[round] = rate;
        shares[round] = asked / most;
      }
    }
    Spread.of(shares).put(numbers, "lone_half_share");
    Times.ofNanos(took).put(numbers, "lone_half", Spread.of(syncs).median());
  }

  /** What the others came to, in a second. */
  private static double beside(OurQueue ours, double perSecond, List<Long> took) {
    var done = new LongAdder();
    var due = new Semaphore(0);
    var crew = new Crew(Executors.newVirtualThreadPerTaskExecutor(), done);
    crew.start(
        OTHERS,
        () -> {
          for (due.acquire(); !crew.isOver(); due.acquire()) {
            enqueue(ours);
            done.increment();
          }
        });
    crew.start(1, () -> pace(crew, due, perSecond));
    crew.start(
        1,
        () -> {
          while (!crew.isOver()) took.add(enqueue(ours));
        });
    return crew.perSecond(ROUND);
  }

  private static void pace(Crew crew, Semaphore due, double perSecond) {
    var begun = System.nanoTime();
    for (var told = 0L; !crew.isOver(); ) {
      Load.pass(BEAT);
      var all = (long) (perSecond * (System.nanoTime() - begun) / 1e9);
      due.release((int) (all - told));
      told = all;
    }
    due.release(OTHERS); // to find out that it is over
  }

  private static long enqueue(OurQueue ours) throws InterruptedException {
    var begun = System.nanoTime();
    ours.queue().enqueue(ours.task(0)).orThrow();
    return System.nanoTime() - begun;
  }
}
