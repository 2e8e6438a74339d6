package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.store.ChildJvm;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A process under load, made to be killed: says on stdout what it was told, and what it is about to
 * do. {@code E seq} accepted · {@code L seq attempt} leased · {@code S seq} about to settle ·
 * {@code A seq} settled · {@code I n} applied.
 */
final class QueueChild {
  private static final QueueOptions OPTIONS =
      QueueOptions.of("q").relaxed().maxAttempts(1_000).crashes(1_000, 1_000);

  private QueueChild() {}

  public static void main(String[] arguments) throws InterruptedException {
    var store = StoreFixture.open(Path.of(arguments[0]));
    var queue = SafeTaskQueue.open(store, OPTIONS, TaskCodec.BYTES).orThrow();
    for (var i = 0; i < 8; i++) {
      var lane = Lane.of("lane" + i);
      start(() -> enqueue(queue, lane));
      start(() -> work(queue));
    }
    start(() -> receive(store));
    Thread.currentThread().join(Duration.ofMinutes(1)); // it is killed long before
  }

  /** What may be interrupted. */
  private interface Body {
    void run() throws InterruptedException;
  }

  private static void start(Body body) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                body.run();
              } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
              }
            });
  }

  private static void enqueue(SafeTaskQueue<Bytes> queue, Lane lane) throws InterruptedException {
    while (true) {
      var added =
          queue.enqueue(TaskSpec.of(lane, "k", Bytes.utf8("body of some length"))).orThrow();
      ChildJvm.say("E " + added.id());
    }
  }

  private static void work(SafeTaskQueue<Bytes> queue) throws InterruptedException {
    while (true) {
      for (var lease : queue.lease(4, Duration.ofSeconds(10)).orThrow()) {
        ChildJvm.say("L " + lease.id() + " " + lease.attempt());
        if (lease.id().seq() % 3 == 0) continue; // held until it is killed
        ChildJvm.say("S " + lease.id());
        if (queue.settle(lease, Ack.plain()).orThrow() instanceof Settled.Done)
          ChildJvm.say("A " + lease.id());
      }
    }
  }

  /** Messages of a peer, applied with a row of the application's: Q34. */
  private static void receive(Store store) throws InterruptedException {
    var inbox = new Inbox(store);
    var source = new Inbox.Source(NodeId.of("eu", "n1"), Bytes.of(new byte[16]), "bulk");
    var at = inbox.highest(source.peer(), source.store()).orThrow().getOrDefault("bulk", 0L);
    for (var n = Math.max(1, at - 2); ; n++) {
      var number = n;
      var mark =
          inbox.apply(
              source,
              n,
              tx -> {
                tx.update("CREATE TABLE IF NOT EXISTS app_got (n INTEGER)");
                tx.update("INSERT INTO app_got VALUES (?)", number);
              });
      if (mark.equals(Result.ok(Inbox.Mark.NEW))) ChildJvm.say("I " + n);
    }
  }
}
