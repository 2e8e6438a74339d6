package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q26, Q14, Q40: who rests is woken by what happens, for nobody polls. The clocks stand still here,
 * so that no timer can make up for a wake-up that does not come.
 */
@Timeout(120)
class WakeUpTest {
  private static final QueueOptions OPTIONS = QueueOptions.of("wake");

  private static final Set<Thread.State> PARKED =
      Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

  @TempDir Path directory;

  private final Map<String, Long> looks = new ConcurrentHashMap<>();

  /** Q26, Q40 A pump that waits on an empty queue starts a task that is enqueued later. */
  @Test
  void aPumpOnAnEmptyQueueStartsTheFirstTask() throws Exception {
    try (var fixture = open()) {
      var started = new CountDownLatch(1);
      TaskHandler<Bytes> handler =
          lease -> {
            started.countDown();
            return Ack.plain();
          };
      try (var pump = TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(2), handler)) {
        awaitParked("pump-wake-leases");
        fixture.enqueue("a");
        assertTrue(started.await(PATIENCE.toSeconds(), TimeUnit.SECONDS), "nobody started it");
        await().atMost(PATIENCE).until(() -> pump.tally().done() == 1);
      }
    }
  }

  /** Q26 Likewise one that waits while the queue is paused, when that ends. */
  @Test
  void aPumpOnAPausedQueueStartsWhatWaitsWhenThePauseEnds() throws Exception {
    var by = new Audit("test", "a pause");
    try (var fixture = open()) {
      fixture.queue().pause(new Target.Queue(), by).orThrow();
      fixture.enqueue("a");
      try (var pump =
          TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(2), _ -> Ack.plain())) {
        awaitParked("pump-wake-leases");
        assertEquals(0, pump.tally().done());
        fixture.queue().resume(new Target.Queue(), by).orThrow();
        await().atMost(PATIENCE).until(() -> pump.tally().done() == 1);
      }
    }
  }

  /** Q14 The first lease wakes the thread that watches deadlines: it sleeps for good until then. */
  @Test
  void theFirstLeaseWakesWhoWatchesDeadlines() throws Exception {
    try (var fixture = open()) {
      fixture.enqueue("a");
      var before = atRest("queue-wake-sweeper");
      fixture.lease();
      await().atMost(PATIENCE).until(() -> looks("queue-wake-sweeper") > before);
    }
  }

  /** Q26 And the one that keeps leases up: a pump's, while nothing runs in it. */
  @Test
  void theFirstLeaseOfAPumpWakesWhatKeepsItUp() throws Exception {
    var go = new CountDownLatch(1);
    TaskHandler<Bytes> handler =
        lease -> {
          go.await();
          return Ack.plain();
        };
    try (var fixture = open();
        var _ = TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(2), handler)) {
      var before = atRest("pump-wake-beats");
      fixture.enqueue("a");
      await().atMost(PATIENCE).until(() -> looks("pump-wake-beats") > before);
      go.countDown();
    }
  }

  /** How often a thread had looked at the clock when it slept, and went on sleeping. */
  private long atRest(String thread) {
    awaitParked(thread);
    var seen = new long[] {-1};
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              var before = seen[0];
              seen[0] = looks(thread);
              return before == seen[0] && isParked(thread);
            });
    return seen[0];
  }

  private static void awaitParked(String thread) {
    await().atMost(PATIENCE).until(() -> isParked(thread));
  }

  private static boolean isParked(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .anyMatch(thread -> PARKED.contains(thread.getState()));
  }

  private long looks(String thread) {
    return looks.getOrDefault(thread, 0L);
  }

  private QueueFixture open() throws InterruptedException {
    InstantSource still =
        () -> {
          looks.merge(Thread.currentThread().getName(), 1L, Long::sum);
          return Instant.EPOCH;
        };
    InstantSource wall = () -> Instant.parse("2026-11-27T09:00:00Z");
    var clocks = new Clocks(wall, still);
    return QueueFixture.on(
        Store.open(StoreOptions.of(directory, "mesh", clocks, new SplittableRandom(7))).orThrow(),
        OPTIONS);
  }
}
