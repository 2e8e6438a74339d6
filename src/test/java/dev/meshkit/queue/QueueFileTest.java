package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Result;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q7, Q20 A database of an application's own: what it holds, and which files it refuses. */
class QueueFileTest {
  private static final QueueOptions ORDERS = QueueOptions.of("orders");

  @TempDir Path directory;

  private Path file = Path.of("unset");

  @BeforeEach
  void name() {
    file = directory.resolve("orders.db");
  }

  @Test
  void aQueueOfItsOwnFileComesBackWithItsTasks() throws Exception {
    try (var queue = SafeTaskQueue.open(file, ORDERS, TaskCodec.TEXT).orThrow()) {
      queue.enqueue(TaskSpec.of(LANE, "order", "tea")).orThrow();
      assertEquals(1, queue.lease(1, Duration.ZERO).orThrow().size());
    }
    try (var queue = SafeTaskQueue.open(file, ORDERS, TaskCodec.TEXT).orThrow()) {
      var lease = queue.lease(1, Duration.ZERO).orThrow().getFirst();
      assertEquals(List.of("tea", 1, 0), List.of(lease.value(), lease.attempt(), lease.crashes()));
      assertEquals(new Settled.Done(), queue.settle(lease, Ack.plain()).orThrow());
    }
  }

  /** Q7 A file is one process's, and of that one owner's. */
  @Test
  void aFileThatIsOpenIsRefusedUntilItIsClosed() throws Exception {
    var own = QueueFile.open(file).orThrow();
    var held = error(SafeTaskQueue.open(file, ORDERS, TaskCodec.TEXT));
    assertEquals("error.store.open", held.code());
    assertEquals("MK-NODE-006", held.details().get("mk"));
    assertEquals(Long.toString(ProcessHandle.current().pid()), held.details().get("pid"));
    assertEquals("close it there first, or use another file", held.fix());
    own.close();
    own.close();
    SafeTaskQueue.open(file, ORDERS, TaskCodec.TEXT).orThrow().close();
    QueueFile.open(file).orThrow().close();
  }

  @Test
  void twoQueuesOfOneNameWouldNotSeeEachOther() throws Exception {
    try (var own = QueueFile.open(file).orThrow()) {
      var first = own.queue(ORDERS, TaskCodec.TEXT).orThrow();
      assertEquals("error.precondition", error(own.queue(ORDERS, TaskCodec.TEXT)).code());
      own.queue(QueueOptions.of("mail"), TaskCodec.TEXT).orThrow();
      first.close();
      own.queue(ORDERS, TaskCodec.TEXT).orThrow().enqueue(TaskSpec.of(LANE, "k", "a")).orThrow();
    }
  }

  /** Closing the file closes its queues first. */
  @Test
  void aClosedFilesQueuesAreClosed() throws Exception {
    var own = QueueFile.open(file).orThrow();
    var queue = own.queue(ORDERS, TaskCodec.TEXT).orThrow();
    queue.enqueue(TaskSpec.of(LANE, "order", "tea")).orThrow();
    var lease = queue.lease(1, Duration.ZERO).orThrow().getFirst();
    own.close();
    assertTrue(queue.isOver());
    assertEquals(
        "error.taskqueue.disposed", error(queue.enqueue(TaskSpec.of(LANE, "k", "a"))).code());
    assertFalse(queue.heartbeat(lease).isOk());
    assertEquals("error.store.closed", error(own.transact(tx -> 1)).code());
  }

  /** Q20 Rows of one's own and tasks of two queues are there together or not at all. */
  @Test
  void aTransactionHoldsRowsAndTasks() throws Exception {
    try (var own = QueueFile.open(file).orThrow()) {
      var orders = own.queue(ORDERS.maxTasks(1), TaskCodec.TEXT).orThrow();
      var mail = own.queue(QueueOptions.of("mail"), TaskCodec.TEXT).orThrow();
      own.transact(tx -> tx.update("CREATE TABLE app_orders (what TEXT NOT NULL) STRICT"))
          .orThrow();
      var both =
          own.transact(
              tx -> {
                tx.update("INSERT INTO app_orders VALUES (?)", "tea");
                orders.enqueueIn(tx, TaskSpec.of(LANE, "order", "tea"));
                return mail.enqueueIn(tx, TaskSpec.of(LANE, "mail", "thanks"));
              });
      assertInstanceOf(Enqueued.Accepted.class, both.orThrow());
      var full =
          own.transact(
              tx -> {
                tx.update("INSERT INTO app_orders VALUES (?)", "coffee");
                mail.enqueueIn(tx, TaskSpec.of(LANE, "mail", "thanks"));
                return orders.enqueueIn(tx, TaskSpec.of(LANE, "order", "coffee"));
              });
      assertEquals("error.queue.full", error(full).code());
      var thrown =
          own.transact(
              tx -> {
                mail.enqueueIn(tx, TaskSpec.of(LANE, "mail", "never"));
                throw new IllegalStateException("the work failed");
              });
      assertEquals("error.store.op", error(thrown).code());
      var rows = own.transact(tx -> tx.query("SELECT what FROM app_orders")).orThrow();
      assertEquals(List.of(List.<Object>of("tea")), rows);
      assertEquals(1, mail.stats().ready());
      assertEquals(1, orders.stats().ready());
      assertEquals(
          "error.store.op", error(own.transact(tx -> tx.update("DELETE FROM task"))).code());
    }
  }

  /** Q7 What is no database of queues is left as it is, with what to do. */
  @Test
  void otherProgramsFilesAreLeftAlone() throws Exception {
    Files.writeString(file, "not a database at all, but somebody's notes\n".repeat(99));
    refused("MK-STO-001");
    Files.delete(file);
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE notes (text TEXT)");
      statement.execute("INSERT INTO notes VALUES ('mine')");
    }
    refused("MK-STO-002");
  }

  private void refused(String mk) throws Exception {
    var before = Files.readAllBytes(file);
    var refusal = error(SafeTaskQueue.open(file, ORDERS, TaskCodec.TEXT));
    assertEquals(
        List.of("error.store.open", mk), List.of(refusal.code(), refusal.details().get("mk")));
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  /** Q7 A node's database is no application's, nor the other way round. */
  @Test
  void aNodesDatabaseIsRefusedAndRefuses() throws Exception {
    var node = StoreFixture.options(directory).identity(Map.of("cluster", "c", "node", "eu/a"));
    Store.open(node).orThrow().close();
    file = node.file();
    refused("MK-STO-005");
    var ours = Files.createDirectory(directory.resolve("ours"));
    QueueFile.open(ours.resolve("mesh.db")).orThrow().close();
    var same = StoreFixture.options(ours).identity(node.identity());
    assertEquals("MK-STO-005", error(Store.open(same)).details().get("mk"));
  }

  /** Q7 */
  @Test
  void aNewerFileIsRefused() throws Exception {
    QueueFile.open(file).orThrow().close();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 999");
    }
    refused("MK-STO-004");
  }

  /** Q7 */
  @Test
  void aDirectoryThatCannotBeWrittenIsRefused() throws Exception {
    for (var where : List.of(Path.of("/proc/orders.db"), directory.resolve("missing/orders.db"))) {
      var refusal = error(SafeTaskQueue.open(where, ORDERS, TaskCodec.TEXT));
      assertEquals("MK-STO-001", refusal.details().get("mk"), refusal::text);
      assertTrue(refusal.fix().contains("write") || refusal.fix().contains("chmod"), refusal::fix);
    }
  }

  @Test
  void whatCannotBeOpenedLeavesTheFileFree() throws Exception {
    try (var own = QueueFile.open(file).orThrow()) {
      var queue = own.queue(ORDERS, TaskCodec.TEXT).orThrow();
      assertEquals(Result.ok(List.of()), queue.fronts());
    }
    try (var store = Store.open(at(file)).orThrow()) {
      store.submit(Op.record("break", tx -> tx.update("DROP TABLE dedup"))).orThrow();
    }
    assertEquals("error.store.op", error(SafeTaskQueue.open(file, ORDERS, TaskCodec.TEXT)).code());
    assertEquals("error.store.op", error(SafeTaskQueue.open(file, ORDERS, TaskCodec.TEXT)).code());
  }

  private static dev.meshkit.store.StoreOptions at(Path file) {
    var like = StoreFixture.options(file.getParent());
    return new dev.meshkit.store.StoreOptions(
        file, "mesh", like.clocks(), like.chance(), like.limits(), Map.of(), like.meters());
  }

  /** Q20 A task that was put into another file's transaction would be nobody's. */
  @Test
  void anotherFilesTransactionIsRefused() throws Exception {
    try (var one = QueueFile.open(directory.resolve("one.db")).orThrow();
        var two = QueueFile.open(directory.resolve("two.db")).orThrow();
        var queue = one.queue(QueueOptions.of("q"), TaskCodec.TEXT).orThrow()) {
      var task = TaskSpec.of(Lane.of("l"), "kind", "text");
      assertFalse(two.transact(tx -> queue.enqueueIn(tx, task)).isOk());
      assertEquals(List.of(), queue.stats().lanes());
      assertTrue(one.transact(tx -> queue.enqueueIn(tx, task)).isOk());
    }
  }

  /** Q19 Who is interrupted gives back what is leased all the same. */
  @Test
  void closingOnAnInterruptedThreadGivesBackWhatIsLeased() throws Exception {
    try (var file = QueueFile.open(directory.resolve("one.db")).orThrow()) {
      var options = QueueOptions.of("q");
      var queue = file.queue(options, TaskCodec.TEXT).orThrow();
      queue.enqueue(TaskSpec.of(Lane.of("l"), "kind", "text")).orThrow();
      assertEquals(1, queue.lease(1, Duration.ofSeconds(20)).orThrow().size());
      Thread.currentThread().interrupt();
      queue.close();
      assertTrue(Thread.interrupted());
      try (var again = file.queue(options, TaskCodec.TEXT).orThrow()) {
        assertEquals(1, again.lease(1, Duration.ofSeconds(20)).orThrow().size());
      }
    }
  }

  /** Q7 Two names of one file are one file, whether it is there yet or not. */
  @Test
  void aLinkToAFileIsThatFile() throws Exception {
    var link = Files.createSymbolicLink(directory.resolve("link.db"), Path.of("orders.db"));
    var second = Files.createDirectory(directory.resolve("d")).resolve("second.db");
    Files.createSymbolicLink(second, link);
    try (var own = QueueFile.open(second).orThrow()) {
      own.transact(tx -> tx.update("CREATE TABLE app_x (i)")).orThrow();
      for (var name : List.of(file, link, second)) {
        assertEquals("MK-NODE-006", error(QueueFile.open(name)).details().get("mk"));
        assertTrue(dev.meshkit.store.Look.isInUse(name), name::toString);
      }
    }
    assertTrue(Files.exists(directory.resolve("orders.reserve")));
    assertFalse(Files.exists(directory.resolve("link.reserve")));
    assertTrue(Files.isSymbolicLink(second));
    QueueFile.open(link).orThrow().close();
  }

  /** Q7 Links that go round in a circle name nothing. */
  @Test
  void linksInACircleAreRefused() throws Exception {
    Files.createSymbolicLink(file, Path.of("other.db"));
    Files.createSymbolicLink(directory.resolve("other.db"), file);
    assertEquals("MK-STO-001", error(QueueFile.open(file)).details().get("mk"));
  }

  /** Q18, Q24 A queue that is opened as another thread closes it has all that that one held. */
  @Test
  void aQueueThatIsBeingClosedIsWaitedFor() throws Exception {
    try (var own = QueueFile.open(file).orThrow()) {
      var queue = own.queue(ORDERS, TaskCodec.TEXT).orThrow();
      queue.enqueue(TaskSpec.of(LANE, "k", "a")).orThrow();
      for (var i = 0; i < 40; i++) {
        var lease = queue.lease(1, QueueFixture.PATIENCE).orThrow().getFirst();
        assertEquals(List.of(1, 0), List.of(lease.attempt(), lease.crashes()), "time " + i);
        Thread.ofVirtual().start(queue::close);
        while (!queue.isOver()) Thread.onSpinWait();
        queue = own.queue(ORDERS, TaskCodec.TEXT).orThrow();
      }
      assertEquals(1, queue.stats().ready());
    }
  }

  /** Q18 What reaches the writer behind the end of its queue changes nothing. */
  @Test
  void whatComesAfterTheEndIsRefused() throws Exception {
    try (var own = QueueFile.open(file).orThrow()) {
      var queue = own.queue(ORDERS, TaskCodec.TEXT).orThrow();
      var worker = new FutureTask<>(() -> queue.lease(1, QueueFixture.PATIENCE));
      Bed.awaitParked(Thread.ofVirtual().start(worker));
      var held = new CountDownLatch(1);
      var holding = new CountDownLatch(1);
      var work = new FutureTask<>(() -> own.transact(_ -> hold(holding, held)));
      Thread.ofVirtual().start(work);
      holding.await();
      var late = new FutureTask<>(() -> queue.enqueue(TaskSpec.of(LANE, "k", "late")));
      awaitAnswerless(Thread.ofVirtual().start(late));
      var closing = Thread.ofVirtual().start(queue::close);
      awaitAnswerless(closing);
      held.countDown();
      closing.join();
      assertEquals("error.taskqueue.disposed", error(late.get()).code());
      assertEquals(Result.ok(List.of()), worker.get());
      assertTrue(work.get().isOk());
      assertEquals(List.of(), own.queue(ORDERS, TaskCodec.TEXT).orThrow().stats().lanes());
    }
  }

  private static boolean hold(CountDownLatch holding, CountDownLatch held) {
    holding.countDown();
    try {
      return held.await(90, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** Spins until a thread waits for the writer's answer. */
  private static void awaitAnswerless(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      if (!thread.isAlive()) throw new AssertionError("it did not wait: " + thread);
      Thread.onSpinWait();
    }
  }

  /** Q20 What would wait for the transaction it is called in is refused, and undone with it. */
  @Test
  void whatWouldWaitForItsOwnTransactionIsRefused() throws Exception {
    try (var own = QueueFile.open(file).orThrow()) {
      var queue = own.queue(ORDERS, TaskCodec.TEXT).orThrow();
      var task = TaskSpec.of(LANE, "k", "a");
      var calls =
          List.<Callable<?>>of(
              () -> queue.enqueue(task),
              () -> queue.lease(1, QueueFixture.PATIENCE),
              () -> queue.leaseLane(LANE, 1, QueueFixture.PATIENCE),
              () -> queue.await(new TaskId(1), QueueFixture.PATIENCE),
              () -> queue.awaitRelief(QueueFixture.PATIENCE),
              () -> queue.cancel(TaskFilter.ALL, new Audit("ana", "x")),
              () -> own.transact(tx -> 1),
              () -> own.queue(QueueOptions.of("mail"), TaskCodec.TEXT),
              () -> closed(queue),
              () -> closed(own));
      for (var call : calls) {
        var refused = error(own.transact(tx -> both(queue.enqueueIn(tx, task), call)));
        assertEquals("error.store.op", refused.code());
        assertTrue(refused.why().contains("would wait for the transaction"), refused::text);
      }
      assertEquals(0, queue.stats().ready());
      assertFalse(queue.isOver());
      assertTrue(queue.enqueue(task).isOk());
    }
  }

  private static Object both(Object first, Callable<?> second) {
    try {
      return List.of(first, second.call());
    } catch (RuntimeException thrown) {
      throw thrown;
    } catch (Exception checked) {
      throw new AssertionError(checked);
    }
  }

  private static boolean closed(AutoCloseable open) throws Exception {
    open.close();
    return true;
  }
}
