package dev.meshkit.gate;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** G29 Effects that are committed together share statements too: counted, not timed. */
@Timeout(180)
class EffectCostTest {
  /** Each a run of its own, with one effect. */
  private static final int RUNS = 64;

  private static final Step<String> STEP = Step.of("step", ValueType.TEXT);

  @TempDir Path directory;

  private final CountDownLatch captured = new CountDownLatch(RUNS);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final CountDownLatch ending = new CountDownLatch(RUNS);

  @Test
  void aBatchOfEffectsTakesFewerStatementsThanEffects() throws Exception {
    try (var bed = EffectBed.durable(directory);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var store = bed.store();
      var runs = new ArrayList<Future<Result<String>>>();
      var callers = new ArrayList<Thread>();
      var captures =
          statements(
              store,
              "captures",
              () -> {
                for (var i = 0; i < RUNS; i++) runs.add(begun(threads, bed, "k" + i, callers));
                captured.await();
                return callers;
              });
      var rows =
          bed.number("SELECT count(*) FROM effect_value") + bed.number("SELECT count(*) FROM run");
      assertEquals(2 * RUNS, rows);
      assertTrue(captures >= 2 && captures < RUNS / 4, captures + " statements for " + RUNS);

      var ends =
          statements(
              store,
              "ends",
              () -> {
                mayEnd.countDown();
                ending.await();
                return callers;
              });
      for (var run : runs) assertEquals("v", run.get().orThrow());
      assertEquals(RUNS, bed.number("SELECT count(*) FROM run WHERE st = 1"));
      assertTrue(ends >= RUNS && ends < 5 * RUNS / 4, ends + " statements for as many ends");
    }
  }

  private Future<Result<String>> begun(
      ExecutorService threads, EffectBed bed, String key, List<Thread> callers) {
    return threads.submit(
        () -> {
          synchronized (callers) {
            callers.add(Thread.currentThread());
          }
          return bed.run(
              key,
              run -> {
                var value = run.effects().value(STEP, this::made);
                mayEnd.await();
                ending.countDown();
                return value;
              });
        });
  }

  private String made() {
    captured.countDown();
    return "v";
  }

  /**
   * Statements of what callers hand in while the writer is held up, so that it is one batch of
   * theirs. They have been asked when {@code asking} returns, and wait for nothing but the writer.
   */
  private long statements(Store store, String name, Callable<List<Thread>> asking)
      throws Exception {
    var file = directory.resolve(name + ".jfr");
    var go = new CountDownLatch(1);
    try (var recording = new Recording();
        var holder = Executors.newVirtualThreadPerTaskExecutor()) {
      var held = new CountDownLatch(1);
      var hold = holder.submit(() -> store.submit(Op.record("hold", _ -> held(held, go))));
      held.await();
      recording.enable("meshkit.StoreCommit").withoutThreshold();
      recording.start();
      try {
        var callers = asking.call();
        await().until(() -> callers.stream().allMatch(EffectCostTest::isWaiting));
      } finally {
        go.countDown();
      }
      hold.get().orThrow();
      // the writer tells of a commit after it has answered: this one comes behind all others
      store.submit(Op.record("end", _ -> Unit.UNIT)).orThrow();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals("meshkit.StoreCommit"))
        .mapToLong(event -> event.getLong("statements"))
        .sum();
  }

  private static boolean isWaiting(Thread thread) {
    return thread.getState() == Thread.State.WAITING;
  }

  private static Unit held(CountDownLatch held, CountDownLatch go) {
    held.countDown();
    try {
      go.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return Unit.UNIT;
  }
}
