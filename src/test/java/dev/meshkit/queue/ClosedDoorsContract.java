package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.task;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Result;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Q41 What every closed queue says, of whatever kind: Q19. */
interface ClosedDoorsContract {
  String DISPOSED = "error.taskqueue.disposed";
  Audit BY = new Audit("ana", "a test");

  /** A queue on clocks of its own. */
  Bed open(QueueOptions options) throws InterruptedException;

  /** Q41 Every door that may say so says that it is closed, and nothing else. */
  @Test
  default void everyDoorOfAClosedQueueSaysSo() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      bed.enqueue("a");
      var lease = bed.lease();
      bed.queue().close();
      var doors = new LinkedHashMap<String, Callable<Result<?>>>();
      tasks(bed.queue(), lease, doors);
      orders(bed.queue(), doors);
      poison(bed.queue().poison(), doors);
      var said = new LinkedHashMap<String, String>();
      for (var door : doors.entrySet()) {
        said.put(door.getKey(), error(door.getValue().call()).code());
      }
      assertEquals(doors.keySet().stream().collect(Collectors.toMap(d -> d, _ -> DISPOSED)), said);
    }
  }

  private static void tasks(
      SafeTaskQueue<Bytes> queue, Lease<Bytes> lease, Map<String, Callable<Result<?>>> doors) {
    doors.put("enqueue", () -> queue.enqueue(task(LANE, "b")));
    doors.put("enqueueAll", () -> queue.enqueueAll(List.of(task(LANE, "b"))));
    doors.put("lease", () -> queue.lease(1, PATIENCE));
    doors.put("leaseLane", () -> queue.leaseLane(LANE, 1, PATIENCE));
    doors.put("settle", () -> queue.settle(lease, Ack.plain()));
    doors.put("settleAll", () -> queue.settleAll(List.of(new Settlement<>(lease, Ack.plain()))));
    doors.put("heartbeat", () -> queue.heartbeat(lease));
    doors.put("await", () -> queue.await(lease.id(), PATIENCE));
    doors.put("fronts", queue::fronts);
  }

  private static void orders(SafeTaskQueue<Bytes> queue, Map<String, Callable<Result<?>>> doors) {
    doors.put("cancel", () -> queue.cancel(TaskFilter.ALL, BY));
    doors.put("cancel without a reason", () -> queue.cancel(TaskFilter.ALL, new Audit("ana", "")));
    doors.put("pause", () -> queue.pause(new Target.Queue(), BY));
    doors.put("resume", () -> queue.resume(new Target.Queue(), BY));
    doors.put("weigh", () -> queue.weigh(LANE, 2, BY));
    doors.put("weigh nothing", () -> queue.weigh(LANE, 0, BY));
  }

  private static void poison(PoisonQueue poison, Map<String, Callable<Result<?>>> doors) {
    var all = PoisonFilter.ALL;
    doors.put("list", () -> poison.list(all, 0, 9));
    doors.put("show", () -> poison.show(1));
    doors.put("take", () -> poison.take("reader", PATIENCE));
    doors.put("advance", () -> poison.advance("reader", 1));
    doors.put("advance nobody", () -> poison.advance("", 1));
    doors.put("forget", () -> poison.forget("reader"));
    doors.put("redrive", () -> poison.redrive(all, BY));
    doors.put("redrive some", () -> poison.redrive(all, RedriveOptions.DEFAULTS, BY));
    doors.put("redrive none", () -> poison.redrive(all, RedriveOptions.DEFAULTS.tried(), BY));
    doors.put("staying", () -> poison.staying(all, RedriveOptions.DEFAULTS));
    doors.put("purge", () -> poison.purge(all, false, BY));
    doors.put("await job", () -> poison.await(1, PATIENCE));
    doors.put("jobs", () -> poison.jobs(0, 9));
  }

  /** Q41 What needs no answer is as it was: no door throws, and none waits. */
  @Test
  default void whatAClosedQueueKnowsItStillSays() throws Exception {
    var options = QueueOptions.of("q");
    try (var bed = open(options.capacity(options.capacity().withTasks(1)))) {
      bed.enqueue("a");
      var before = bed.queue().stats();
      var next = bed.queue().nextOrigin(LANE);
      bed.queue().close();
      bed.queue().close();
      assertEquals(before, bed.queue().stats());
      assertEquals(next, bed.queue().nextOrigin(LANE));
      bed.queue().linkUp(LANE.key());
      assertTrue(bed.queue().isOver());
      assertTrue(bed.queue().awaitRelief(PATIENCE.multipliedBy(100)), "nobody waits for it");
    }
  }

  /** Q19 Whoever waits as it closes goes home at once: workers and readers with nothing. */
  @Test
  default void whoeverWaitsAsItClosesGoesHome() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var long100 = PATIENCE.multipliedBy(100);
      var id = bed.enqueue(Lane.of("other"), "a");
      var worker = waiting(() -> bed.queue().leaseLane(LANE, 1, long100));
      var reader = waiting(() -> bed.queue().poison().take("reader", long100));
      var caller = waiting(() -> bed.queue().await(id, long100));
      bed.queue().close();
      assertEquals(Result.ok(List.of()), worker.get());
      assertEquals(Result.ok(List.of()), reader.get());
      assertEquals(DISPOSED, error(caller.get()).code());
    }
  }

  /**
   * Q20 Work that would wait for the transaction it is in is refused, and its lease stays valid.
   */
  @Test
  default void whatWouldWaitForItsOwnTransactionIsRefused() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var id = bed.enqueue("a");
      var lease = bed.lease();
      var calls =
          List.<Callable<?>>of(
              () -> bed.queue().enqueue(task(LANE, "b")),
              () -> bed.queue().lease(1, PATIENCE),
              () -> bed.queue().settle(lease, Ack.plain()),
              () -> bed.queue().await(id, PATIENCE),
              () -> bed.queue().awaitRelief(PATIENCE),
              () -> bed.queue().pause(new Target.Queue(), BY),
              () -> closed(bed.queue()));
      for (var call : calls) {
        var refused = error(bed.queue().settle(lease, new Ack(_ -> called(call))));
        assertEquals("error.store.op", refused.code());
        assertTrue(refused.text().contains("enqueueIn"), refused::text);
      }
      assertEquals(new Settled.Done(), bed.settle(lease, Ack.plain()));
      assertEquals(List.of(), bed.leaseNow(9));
    }
  }

  private static void called(Callable<?> call) {
    try {
      call.call();
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

  private static <R> FutureTask<R> waiting(Callable<R> call) {
    var task = new FutureTask<>(call);
    Bed.awaitParked(Thread.ofVirtual().start(task));
    return task;
  }
}
