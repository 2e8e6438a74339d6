package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.bodies;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.TxWork;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import dev.meshkit.store.StoreLimits;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a start finds of the process before it: Q15, Q16, Q36. A store that is closed without its
 * queue leaves the file as a killed process does.
 */
class RestartTest {
  private static final String UNTRIED = "meshkit_store_busy_total{file=\"mesh.db\"} 0.0";

  @TempDir Path directory;

  private final QueueOptions options = QueueOptions.of("q").relaxed();

  /** Q15 At start all leases of earlier boots are ready without waiting, charged, crash + 1. */
  @Test
  void aStartTakesBackWhatADeadProcessHeld() throws Exception {
    // given three tasks, two of them in the hands of a process that dies
    TaskId first;
    try (var store = StoreFixture.open(directory)) {
      var queue = SafeTaskQueue.open(store, options, TaskCodec.BYTES).orThrow();
      first = queue.enqueue(QueueFixture.task(LANE, "a")).orThrow().id();
      queue.enqueue(QueueFixture.task(LANE, "b")).orThrow();
      queue.enqueue(QueueFixture.task(LANE, "c")).orThrow();
      assertEquals(2, queue.lease(2, PATIENCE).orThrow().size());
    }
    // when the next one starts
    try (var fixture = QueueFixture.open(directory, options)) {
      // then all are ready at once, those two charged and suspect
      assertEquals(3, fixture.queue().stats().ready());
      assertEquals(0, fixture.queue().stats().leased());
      var leases = fixture.queue().lease(3, Duration.ZERO).orThrow();
      assertEquals(List.of("a", "b", "c"), bodies(leases));
      assertEquals(List.of(2, 2, 1), leases.stream().map(Lease::attempt).toList());
      assertEquals(List.of(1, 1, 0), leases.stream().map(Lease::crashes).toList());
      assertEquals(first, leases.getFirst().id());
      assertEquals("error.taskqueue.crashed", leases.getFirst().errors().getFirst().code());
    }
  }

  /** Q18 A close that is interrupted is one all the same: when it returns, all was given back. */
  @Test
  void aCloseThatIsInterruptedGivesEverythingBack() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      fixture.enqueue("a");
      fixture.lease();
      // given a writer that is busy, and a close that waits for it
      var busy = new CountDownLatch(1);
      var release = new CountDownLatch(1);
      fixture.store().submit(Op.record("hold", _ -> held(busy, release)), _ -> {});
      busy.await();
      var closing = new FutureTask<>(() -> closed(fixture));
      var closer = Thread.ofVirtual().start(closing);
      await().atMost(PATIENCE).until(() -> fixture.store().depth() == 1);
      // when whoever closes is interrupted
      closer.interrupt();
      await().atMost(PATIENCE).until(() -> fixture.store().depth() == 2 || closing.isDone());
      // then he waits, and learns of it afterwards
      var early = closing.isDone();
      release.countDown();
      assertFalse(early);
      assertTrue(closing.get(), "the interruption is kept");
      assertEquals(0, fixture.number("SELECT count(*) FROM lease"));
      assertEquals(0, fixture.number("SELECT sum(attempt) FROM task"));
    }
  }

  private static boolean closed(QueueFixture fixture) {
    fixture.queue().close();
    return Thread.currentThread().isInterrupted();
  }

  private static int held(CountDownLatch busy, CountDownLatch release) {
    busy.countDown();
    try {
      release.await();
      return 0;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** A queue that only carries is not at fault when its process dies: nothing is charged. */
  @Test
  void aCarriersCrashChargesNothing() throws Exception {
    var carrier = QueueOptions.of("q").carrier();
    for (var crash = 0; crash < 6; crash++) {
      try (var store = StoreFixture.open(directory)) {
        var queue = SafeTaskQueue.open(store, carrier, TaskCodec.BYTES).orThrow();
        if (crash == 0) queue.enqueue(QueueFixture.task(LANE, "a")).orThrow();
        var lease = queue.lease(1, PATIENCE).orThrow().getFirst();
        assertEquals(List.of(1, 0), List.of(lease.attempt(), lease.crashes()));
        assertEquals(1, lease.origin());
      }
    }
  }

  /** Q15 A clean stop leaves crash alone, and charges nothing. */
  @Test
  void aCleanStopChargesNothing() throws Exception {
    try (var fixture = QueueFixture.open(directory, options)) {
      fixture.enqueue("a");
      fixture.lease();
    }
    try (var fixture = QueueFixture.open(directory, options)) {
      var lease = fixture.lease();
      assertEquals(1, lease.attempt());
      assertEquals(0, lease.crashes());
    }
  }

  /**
   * Q4, Q15 A file that another program keeps locked is closed within one deadline, however many
   * queues it has; what could not be given back is charged nothing by the next start, even one that
   * comes after another that found it locked still.
   */
  @Test
  @Timeout(60)
  void whatAForeignLockKeptLeasedIsChargedNothing() throws Exception {
    var clocks = new ManualClocks(Instant.now()); // they stand still: only the test lets time pass
    var others = QueueOptions.of("r");
    try (var foreign = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("mesh.db"));
        var statement = foreign.createStatement()) {
      var fixture = QueueFixture.open(directory, options, clocks);
      fixture.enqueue("a");
      fixture.lease();
      var other = SafeTaskQueue.open(fixture.store(), others, TaskCodec.BYTES).orThrow();
      other.enqueue(QueueFixture.task(LANE, "b")).orThrow();
      assertEquals(1, other.lease(1, PATIENCE).orThrow().size());
      statement.execute("BEGIN IMMEDIATE");
      var closing = Thread.ofPlatform().start(() -> close(fixture, other));
      while (fixture.store().meters().scrape().contains(UNTRIED)) Thread.onSpinWait();
      clocks.advance(StoreLimits.DEFAULTS.commitDeadline());
      assertTrue(closing.join(PATIENCE), "it waits for a second deadline");
      var soon = StoreLimits.DEFAULTS.withCommitDeadline(Duration.ofMillis(1));
      assertFalse(Store.open(StoreFixture.options(directory).with(soon)).isOk());
    }
    for (var each : List.of(options, others)) {
      try (var fixture = QueueFixture.open(directory, each)) {
        var lease = fixture.lease();
        assertEquals(List.of(1, 0), List.of(lease.attempt(), lease.crashes()));
        assertEquals(List.of(), lease.errors());
      }
    }
  }

  /** As a file of queues is. */
  private static void close(QueueFixture fixture, SafeTaskQueue<Bytes> other) {
    fixture.store().ending();
    other.close();
    fixture.close();
  }

  /**
   * Q16 A task that kills its process crash.max times is dead; those that ran beside it are not.
   */
  @Test
  void aTaskThatKillsItsProcessIsDeadAndItsNeighboursAreNot() throws Exception {
    var limits = options.crashes(3, 1);
    // given eight tasks, one of which kills whatever process runs it; one suspect runs at a time
    try (var store = StoreFixture.open(directory)) {
      var queue = SafeTaskQueue.open(store, limits, TaskCodec.BYTES).orThrow();
      for (var i = 0; i < 8; i++)
        queue.enqueue(QueueFixture.task(LANE, i == 3 ? "killer" : "ok" + i));
    }
    // when processes run them all, eight at a time, until nothing is left
    var died = 0;
    var done = new ArrayList<String>();
    for (var isAlive = false; !isAlive; ) {
      try (var store = StoreFixture.open(directory)) {
        isAlive = runAll(store, limits, done);
        if (!isAlive) died++;
      }
    }
    // then the killer is dead after three processes, and everyone else was done
    assertEquals(3, died);
    assertEquals(7, done.size());
    try (var fixture = QueueFixture.open(directory, limits)) {
      var dead = fixture.queue().poison().list(PoisonFilter.ALL, 0, 9).orThrow();
      assertEquals(List.of(Reason.CRASH_LOOP), dead.stream().map(DeadTask::reason).toList());
      assertEquals(3, dead.getFirst().crashes());
      assertEquals(0, fixture.queue().stats().ready());
    }
  }

  /**
   * One process: leases eight, acknowledges those before the killer; false once it has died of it.
   */
  private static boolean runAll(Store store, QueueOptions options, List<String> done)
      throws InterruptedException {
    var queue = SafeTaskQueue.open(store, options, TaskCodec.BYTES).orThrow();
    while (true) {
      var leases = queue.lease(8, Duration.ZERO).orThrow();
      if (leases.isEmpty()) return true;
      for (var lease : leases) {
        if (lease.value().utf8().equals("killer")) return false;
        queue.settle(lease, Ack.plain()).orThrow();
        done.add(lease.value().utf8());
      }
    }
  }

  /** Delays go on across a restart, by the queue clock, whatever the wall clock does meanwhile. */
  @Test
  void aDelaySurvivesARestartAndAWildWallClock() throws Exception {
    var clocks = new ManualClocks();
    var later = TaskOptions.DEFAULTS.withWhen(new When.After(Duration.ofSeconds(60)));
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      fixture.queue().enqueue(new TaskSpec<>(LANE, "k", Bytes.utf8("a"), later)).orThrow();
      fixture.pass(clocks, Duration.ofSeconds(20));
      fixture.enqueue("b"); // a commit: the queue clock is written down
    }
    clocks.jumpWall(Duration.ofDays(-3650)); // the clock is set back: nothing waits for it
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      var other = fixture.lease();
      assertEquals("b", other.value().utf8());
      fixture.queue().settle(other, Ack.plain()).orThrow();
      fixture.pass(clocks, Duration.ofSeconds(39));
      assertEquals(List.of(), fixture.leaseNow(5));
      fixture.pass(clocks, Duration.ofSeconds(2));
      assertEquals(List.of("a"), fixture.leaseNow(5));
    }
  }

  /** Q36 No message number is used twice within a store, over any number of restarts. */
  @Test
  void noNumberIsUsedTwice() throws Exception {
    var strict = QueueOptions.of("q");
    var seqs = new ArrayList<Long>();
    var origins = new ArrayList<Long>();
    var fences = new ArrayList<Long>();
    for (var boot = 0; boot < 4; boot++) {
      try (var store = StoreFixture.open(directory)) {
        var queue = SafeTaskQueue.open(store, strict, TaskCodec.BYTES).orThrow();
        for (var i = 0; i < 3; i++) {
          seqs.add(queue.enqueue(QueueFixture.task(LANE, "x")).orThrow().id().seq());
          var lease = queue.lease(1, PATIENCE).orThrow().getFirst();
          origins.add(lease.origin());
          fences.add(lease.fence());
          queue.settle(lease, Ack.plain()).orThrow();
        }
      }
    }
    assertEquals(12, seqs.stream().distinct().count());
    assertEquals(12, fences.stream().distinct().count());
    var first = origins.getFirst();
    assertEquals(IntStream.range(0, 12).mapToObj(i -> first + i).toList(), origins);
    assertTrue(first > 0);
  }

  /** The inbox remembers across a restart, with its gaps. */
  @Test
  void theInboxSurvivesARestart() throws Exception {
    var source = new Inbox.Source(NodeId.of("eu", "n1"), Bytes.of(new byte[16]), "bulk");
    try (var store = StoreFixture.open(directory)) {
      var inbox = new Inbox(store).lane(source);
      for (var n : List.of(1L, 2L, 5L)) {
        assertEquals(Inbox.Mark.NEW, inbox.apply(n, TxWork.NONE).orThrow());
      }
    }
    try (var store = StoreFixture.open(directory)) {
      var box = new Inbox(store);
      var inbox = box.lane(source);
      assertEquals(Inbox.Mark.DUPLICATE, inbox.look(5).orThrow());
      assertEquals(Inbox.Mark.NEW, inbox.look(3).orThrow());
      assertEquals(Inbox.Mark.NEW, inbox.look(6).orThrow());
      assertEquals(5L, box.highest(source.peer(), source.store()).orThrow().get("bulk"));
      assertEquals(Inbox.Mark.DUPLICATE, inbox.apply(2, TxWork.NONE).orThrow());
    }
  }
}
