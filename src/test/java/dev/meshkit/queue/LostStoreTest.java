package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.store.StoreFixture.error;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Result;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Q3, Q6, Q19, Q26, Q31: a store that fails, or refuses, leaves nobody waiting. */
@Timeout(120)
class LostStoreTest {
  private static final Duration LONG = PATIENCE.multipliedBy(100);

  @TempDir Path directory;

  /** Q6 Whoever waits for work, room or an end is told, and so is who comes later. */
  @Test
  void aStoreThatFailsIsAnErrorToThoseWhoWait() throws Exception {
    var fixture = QueueFixture.open(directory, QueueOptions.of("q"));
    var id = fixture.enqueue(Lane.of("other"), "a");
    var worker = waiting(() -> fixture.queue().leaseLane(LANE, 1, LONG));
    var reader = waiting(() -> fixture.queue().poison().take("reader", LONG));
    var caller = waiting(() -> fixture.queue().await(id, LONG));
    fail(fixture);
    for (var one : List.of(worker, reader, caller)) {
      assertEquals("error.store.unknown", error(one.get()).code());
    }
    assertTrue(fixture.queue().isOver());
    assertEquals("error.store.unknown", error(fixture.queue().lease(1, LONG)).code());
    assertEquals("error.store.unknown", error(fixture.queue().lease(1, Duration.ZERO)).code());
    fixture.close();
  }

  /** Q26 Its pump ends, and says why; it holds no place for what will never come. */
  @Test
  void aStoreThatFailsEndsThePump() throws Exception {
    var said = new ListAppender<ILoggingEvent>();
    var logger = (Logger) LoggerFactory.getLogger(TaskQueuePump.class.getName());
    said.start();
    logger.addAppender(said);
    var fixture = QueueFixture.open(directory, QueueOptions.of("lost"));
    try (var pump =
        TaskQueuePump.start(fixture.queue(), PumpOptions.concurrency(2), _ -> Ack.plain())) {
      fixture.enqueue("a");
      await().atMost(PATIENCE).until(() -> pump.tally().done() == 1);
      fail(fixture);
      await().atMost(PATIENCE).until(() -> said.list.stream().anyMatch(LostStoreTest::isTheEnd));
    } finally {
      logger.detachAppender(said);
      fixture.close();
    }
  }

  private static boolean isTheEnd(ILoggingEvent event) {
    var text = event.getFormattedMessage();
    return text.contains("pump ended: queue=lost") && text.contains("error.store.unknown");
  }

  /** Q19 What is thrown as a worker is served puts it back: it is served when that is over. */
  @Test
  void whatIsThrownWhileLeasingStrandsNoWorker() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      var worker = waiting(() -> fixture.queue().lease(1, LONG));
      var one = waiting(() -> fixture.queue().leaseLane(Lane.of("other"), 1, LONG));
      sql(fixture, "CREATE TRIGGER t BEFORE INSERT ON lease BEGIN SELECT RAISE(ABORT, 'no'); END");
      fixture.enqueue("a");
      fixture.enqueue(Lane.of("other"), "b");
      assertEquals(2, fixture.queue().stats().ready());
      sql(fixture, "DROP TRIGGER t");
      assertEquals(List.of("a"), QueueFixture.bodies(worker.get().orThrow()));
      assertEquals(List.of("b"), QueueFixture.bodies(one.get().orThrow()));
    }
  }

  /** Q19 Nobody who waits is passed over for good because the store was refused once. */
  @Test
  void aWorkerThatCouldNotBeServedIsServedLater() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      fixture.enqueue("a");
      sql(fixture, "CREATE TRIGGER t BEFORE INSERT ON lease BEGIN SELECT RAISE(ABORT, 'no'); END");
      assertEquals("error.store.op", error(fixture.queue().lease(1, Duration.ZERO)).code());
      var worker = waiting(() -> fixture.queue().lease(1, LONG));
      sql(fixture, "DROP TRIGGER t");
      assertEquals(List.of("a"), QueueFixture.bodies(worker.get().orThrow()));
    }
  }

  /** Q31 A history that makes no sense costs its task alone: no checksum holds for it. */
  @Test
  void aDamagedHistoryIsItsTasksAlone() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      fixture.enqueue("a");
      fixture.enqueue("b");
      sql(fixture, "UPDATE task SET errors = x'5a0a' WHERE ord = (SELECT min(ord) FROM task)");
      assertEquals("b", fixture.lease().value().utf8());
      var dead = fixture.queue().poison().take("reader", PATIENCE).orThrow().getFirst();
      assertEquals(List.of(Reason.CORRUPT, List.of()), List.of(dead.reason(), dead.errors()));
    }
  }

  private static void sql(QueueFixture fixture, String sql) throws InterruptedException {
    fixture.store().submit(Op.record("sql", tx -> tx.update(sql))).orThrow();
  }

  /** As an I/O error would: what it had begun is in doubt. */
  private static void fail(QueueFixture fixture) throws InterruptedException {
    var planted =
        Op.<Integer>record(
            "planted",
            _ -> {
              throw new AssertionError("planted");
            });
    assertInstanceOf(Result.Err.class, fixture.store().submit(planted));
  }

  private static <R> FutureTask<R> waiting(Callable<R> call) {
    var task = new FutureTask<>(call);
    Bed.awaitParked(Thread.ofVirtual().start(task));
    return task;
  }
}
