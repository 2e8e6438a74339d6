package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Q40 A queue that rests touches no file, however much it holds. */
@Timeout(120)
@EnabledOnOs(OS.LINUX) // counts by /proc
class IdleTest {
  private static final int LANES = 10_000;
  private static final int HELD = 1_000;

  @TempDir Path directory;

  private final ManualClocks clocks = new ManualClocks();

  /** Q40, Q14: the threads that own the file are not even woken, by heartbeats neither. */
  @Test
  void aMinuteWithHeldLeasesAndManyLanesRunsNoStatement() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks)) {
      // given 10,000 lanes and 1,000 held leases, and a first look at the heads of the lanes
      var tasks = IntStream.range(0, LANES).mapToObj(IdleTest::task).toList();
      fixture.queue().enqueueAll(tasks).orThrow();
      var held = new ArrayList<Lease<Bytes>>();
      while (held.size() < HELD) held.addAll(fixture.queue().lease(HELD, PATIENCE).orThrow());
      pass(fixture, held, Duration.ofSeconds(11));
      var before = asleep();
      var looks = fixture.queue().looks();
      // when a minute passes
      pass(fixture, held, Duration.ofSeconds(60));
      // then nobody ran
      assertTrue(before.size() >= 3, "one that writes and two that read: " + before);
      assertEquals(before, StoreThreads.runs());
      assertEquals(HELD, fixture.queue().stats().leased());
      // and their deadlines were looked at once or twice a lease, not at each look at the clock
      var most = 4;
      assertTrue(fixture.queue().looks() - looks <= most, () -> fixture.queue().looks() + " looks");
    }
  }

  /**
   * Q40 Held leases that are long wake nobody every second, and none that is short every moment.
   */
  @Test
  void theClockIsLookedAtEveryEighthOfALease() throws Exception {
    var long_ = Duration.ofMinutes(10);
    var options = QueueOptions.of("q").lease(long_, long_);
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      fixture.queue().enqueue(task(0)).orThrow();
      pass(fixture, List.of(), Duration.ofSeconds(11)); // its head was looked at
      fixture.lease();
      pass(fixture, List.of(), Duration.ofSeconds(11));
      var now = clocks.clocks().monotonic().instant();
      assertEquals(long_.dividedBy(8), Duration.between(now, fixture.queue().look()));
      assertTrue(Duration.between(now, fixture.queue().nextTick()).compareTo(long_) <= 0);
    }
  }

  /** And a task that is put into the queue while it rests is looked at again. */
  @Test
  void aTaskThatNobodyTakesExpiresAfterTheQueueHasRested() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks)) {
      pass(fixture, List.of(), Duration.ofSeconds(30));
      var brief = TaskOptions.DEFAULTS.withTtl(Duration.ofSeconds(20), OnExpiry.POISON);
      var one = task(0);
      fixture.queue().enqueue(new TaskSpec<>(one.lane(), one.kind(), one.value(), brief)).orThrow();
      pass(fixture, List.of(), Duration.ofSeconds(15)); // looks while it has time left
      assertEquals(0, fixture.queue().stats().dead());
      pass(fixture, List.of(), Duration.ofSeconds(15));
      assertEquals(1, fixture.queue().stats().dead());
    }
  }

  /** How often each had run when all slept, and went on sleeping. */
  private static Map<String, Long> asleep() {
    var seen = new AtomicReference<>(Map.<String, Long>of());
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              var now = StoreThreads.sleeping();
              return now.equals(seen.getAndSet(now)) && now.equals(StoreThreads.runs());
            });
    return seen.get();
  }

  private void pass(QueueFixture fixture, List<Lease<Bytes>> held, Duration time)
      throws InterruptedException {
    var second = Duration.ofSeconds(1);
    for (var left = time; left.isPositive(); left = left.minus(second)) {
      fixture.pass(clocks, second);
      for (var lease : held) fixture.queue().heartbeat(lease).orThrow();
    }
  }

  private static TaskSpec<Bytes> task(int i) {
    return QueueFixture.task(Lane.of("lane" + i), "body");
  }
}
