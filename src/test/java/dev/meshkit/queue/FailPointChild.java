package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.Unit;
import dev.meshkit.store.ChildJvm;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreFixture;
import dev.meshkit.store.StoreTx;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A process that acknowledges a task and enqueues another one in the same transaction, and kills
 * itself, -9, at the point named. Says {@code K} just before it does.
 */
final class FailPointChild {
  /** Where it dies; in the order in which the points come. */
  enum Point {
    /** Before the operation is handed in. */
    BEFORE_BEGIN(false),
    /** In the transaction, before what the operation changes. */
    AFTER_BEGIN(false),
    /** When everything is written but the lanes' counters. */
    IN_TRANSACTION(false),
    /** When everything is written: COMMIT is next. */
    BEFORE_COMMIT(false),
    /** When it is durable, and memory does not know yet. */
    AFTER_COMMIT(true),
    /** When memory knows, and its caller does not. */
    BEFORE_REPLY(true),
    /** When the caller knows, and has told nobody. */
    AFTER_REPLY(true);

    final boolean isDurable;

    Point(boolean isDurable) {
      this.isDurable = isDurable;
    }
  }

  private FailPointChild() {}

  public static void main(String[] arguments) throws InterruptedException {
    var point = Point.valueOf(arguments[1]);
    var store = StoreFixture.open(Path.of(arguments[0]));
    var queue = SafeTaskQueue.open(store, FailPointTest.OPTIONS, TaskCodec.BYTES).orThrow();
    var lease = queue.lease(1, QueueFixture.PATIENCE).orThrow().getFirst();
    if (point == Point.BEFORE_BEGIN) kill();
    queue.settle(lease, new Ack(tx -> work(tx, queue, point))).orThrow();
    if (point == Point.AFTER_REPLY) kill();
  }

  private static void work(LocalTx local, SafeTaskQueue<Bytes> queue, Point point) {
    if (point == Point.AFTER_BEGIN) kill();
    var _ = queue.enqueueIn(local, QueueFixture.task(QueueFixture.LANE, "next"));
    var tx = StoreTx.of(local);
    switch (point) {
      case IN_TRANSACTION -> kill();
      case BEFORE_COMMIT -> // behind the counters of the lane, which are asked for by now
          tx.last(
              new Op<>(
                  "kill",
                  Op.Kind.COUNT,
                  0,
                  _ -> {
                    kill();
                    return Unit.UNIT;
                  }));
      case AFTER_COMMIT -> tx.afterCommit(FailPointChild::kill);
      case BEFORE_REPLY -> tx.tell(FailPointChild::kill);
      case BEFORE_BEGIN, AFTER_BEGIN, AFTER_REPLY -> {}
    }
  }

  /** Does not return: whoever calls it waits for the signal. */
  private static void kill() {
    ChildJvm.say("K");
    try {
      var pid = Long.toString(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-9", pid).start().waitFor();
      Thread.currentThread().join();
    } catch (IOException | InterruptedException notKilled) {
      throw new IllegalStateException(notKilled);
    }
  }
}
