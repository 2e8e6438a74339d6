package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.store.Submissions.Handed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Q2 What a batch is made of, and what a full queue does to those who come. */
@Timeout(300)
class SubmissionsTest {
  private static final Duration NOW = Duration.ZERO;

  /** Q2 Urgent ones go first, and a quarter of the batch is kept for the others. */
  @Test
  void aQuarterOfABatchIsKeptForWhatIsNotUrgent() throws Exception {
    var queue = new Submissions(StoreLimits.DEFAULTS.withBatch(8, 1 << 20));
    for (var i = 0; i < 3; i++) queue.offer(ticket(Op.Kind.ENQUEUE, 0));
    for (var i = 0; i < 10; i++) queue.offer(ticket(Op.Kind.SETTLE, 0));
    assertEquals(List.of(6L, 2L), taken(queue));
    assertEquals(List.of(4L, 1L), taken(queue));
  }

  /** With nothing else to do urgent ones take all of it. */
  @Test
  void urgentOnesTakeWhatNobodyWants() throws Exception {
    var queue = new Submissions(StoreLimits.DEFAULTS.withBatch(8, 1 << 20));
    queue.offer(ticket(Op.Kind.LEASE, 0));
    for (var i = 0; i < 10; i++) queue.offer(ticket(Op.Kind.EXPIRE, 0));
    assertEquals(List.of(7L, 1L), taken(queue));
    assertEquals(List.of(3L, 0L), taken(queue));
  }

  /**
   * Q20 A large one is not passed over for ever by urgent ones, nor are those that wait after it.
   */
  @Test
  void aLargeOneHasItsTurnBesideUrgentOnes() throws Exception {
    var queue = new Submissions(StoreLimits.DEFAULTS.withBatch(8, 100));
    for (var size : List.of(200, 10)) queue.offer(ticket(Op.Kind.ENQUEUE, size));
    for (var i = 0; i < 2; i++) {
      queue.offer(ticket(Op.Kind.SETTLE, 0));
      assertEquals(List.of(1L, 1L), taken(queue));
    }
  }

  /** What comes to a batch meanwhile keeps to its bytes, and to the quarter of the others. */
  @Test
  void whatComesMeanwhileKeepsToTheBounds() throws Exception {
    var queue = new Submissions(StoreLimits.DEFAULTS.withBatch(8, 100));
    queue.offer(ticket(Op.Kind.ENQUEUE, 60));
    var batch = queue.take();
    for (var size : List.of(50, 1)) queue.offer(ticket(Op.Kind.ENQUEUE, size));
    for (var i = 0; i < 10; i++) queue.offer(ticket(Op.Kind.SETTLE, 0));
    queue.more(batch);
    assertEquals(8, batch.size());
    assertEquals(60, batch.stream().mapToInt(ticket -> ticket.op().sizeBytes()).sum());
    assertEquals(List.of(3L, 2L), taken(queue));
  }

  /** Bytes end a batch too; one that is larger than any runs alone. */
  @Test
  void bytesEndABatchAndALargeOneRunsAlone() throws Exception {
    var queue = new Submissions(StoreLimits.DEFAULTS.withBatch(8, 100));
    for (var size : List.of(60, 40, 1, 200, 10)) queue.offer(ticket(Op.Kind.ENQUEUE, size));
    var sizes = new ArrayList<List<Integer>>();
    for (var i = 0; i < 4; i++) {
      sizes.add(queue.take().stream().map(ticket -> ticket.op().sizeBytes()).toList());
    }
    assertEquals(List.of(List.of(60, 40), List.of(1), List.of(200), List.of(10)), sizes);
  }

  /** Q20 What is larger than the queue waits for room as all do, and not for an empty queue. */
  @Test
  void whatIsLargerThanTheQueueIsLetInWhereOthersWait() throws Exception {
    var queue = new Submissions(StoreLimits.DEFAULTS.withQueue(10, 100));
    assertEquals(Handed.TAKEN, queue.put(ticket(Op.Kind.ENQUEUE, 80), NOW));
    assertEquals(Handed.FULL, queue.put(ticket(Op.Kind.ENQUEUE, 500), NOW));
    queue.take();
    assertEquals(Handed.TAKEN, queue.put(ticket(Op.Kind.ENQUEUE, 70), NOW));
    assertEquals(Handed.TAKEN, queue.put(ticket(Op.Kind.ENQUEUE, 500), NOW));
    assertEquals(Handed.FULL, queue.put(ticket(Op.Kind.ENQUEUE, 1), NOW));
  }

  /** A full queue refuses after the deadline, by operations or by bytes; the other one is free. */
  @Test
  void aFullQueueRefusesAfterTheDeadline() throws Exception {
    var byOps = new Submissions(StoreLimits.DEFAULTS.withQueue(2, 1 << 20));
    for (var i = 0; i < 2; i++) byOps.put(ticket(Op.Kind.ENQUEUE, 0), NOW);
    assertEquals(Handed.FULL, byOps.put(ticket(Op.Kind.LEASE, 0), NOW));
    assertEquals(Handed.TAKEN, byOps.put(ticket(Op.Kind.RECORD, 0), NOW));
    var byBytes = new Submissions(StoreLimits.DEFAULTS.withQueue(10, 100));
    assertEquals(Handed.TAKEN, byBytes.put(ticket(Op.Kind.ENQUEUE, 60), NOW));
    assertEquals(Handed.FULL, byBytes.put(ticket(Op.Kind.ENQUEUE, 60), NOW));
  }

  /** Who waits for room gets it when a batch is taken, and an answer when the store is closed. */
  @Test
  void whoWaitsForRoomGetsItOrIsTold() throws Exception {
    var queue = new Submissions(StoreLimits.DEFAULTS.withQueue(1, 1 << 20));
    queue.offer(ticket(Op.Kind.ENQUEUE, 0));
    var first = waiting(queue);
    queue.take();
    assertEquals(Handed.TAKEN, first.get());
    var second = waiting(queue);
    queue.close();
    assertEquals(Handed.CLOSED, second.get());
    assertEquals(Handed.CLOSED, queue.offer(ticket(Op.Kind.SETTLE, 0)));
    assertEquals(1, queue.take().size(), "what waits is still taken");
    assertEquals(List.of(), queue.take());
  }

  private static FutureTask<Handed> waiting(Submissions queue) {
    var put = new FutureTask<>(() -> queue.put(ticket(Op.Kind.ENQUEUE, 0), Duration.ofDays(1)));
    Thread.ofVirtual().start(put);
    return put;
  }

  /** How many urgent ones the next batch has, and how many others. */
  private static List<Long> taken(Submissions queue) throws InterruptedException {
    var batch = queue.take();
    var urgent = batch.stream().filter(ticket -> ticket.op().kind().urgent()).count();
    return List.of(urgent, batch.size() - urgent);
  }

  private static Ticket<Integer> ticket(Op.Kind kind, int bytes) {
    return new Ticket<>(new Op<>("test", kind, bytes, _ -> 0), _ -> {});
  }
}
