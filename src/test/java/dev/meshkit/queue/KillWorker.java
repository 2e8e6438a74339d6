package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.store.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Leases tasks and says of them whatever can be said. Says {@code L seq fence attempt crashes lane
 * tag fetch} for each lease, {@code s seq fence disposition} before it settles one, and {@code S
 * seq fence outcome} after it.
 */
final class KillWorker {
  private static final AtomicLong FETCHES = new AtomicLong(1); // names what was leased together
  private static final MeshError WHY =
      MeshError.of("error.test", "testing", "it failed", "none", MeshError.Retry.SAFE);

  private final SafeTaskQueue<Bytes> queue;
  private final SplittableRandom random;
  private final boolean strict;

  KillWorker(SafeTaskQueue<Bytes> queue, SplittableRandom random) {
    this.queue = queue;
    this.random = random;
    this.strict = queue.options().mode() == QueueOptions.Mode.STRICT;
  }

  void run() throws InterruptedException {
    while (true) {
      var leases = fetch();
      var fetch = FETCHES.getAndIncrement();
      for (var lease : leases) leased(lease, fetch);
      var order = new ArrayList<>(leases); // a pipeline's answers come in any order
      if (random.nextBoolean()) Collections.shuffle(order, new Random(random.nextLong()));
      if (random.nextBoolean()) together(order);
      else for (var lease : order) alone(lease);
    }
  }

  private List<Lease<Bytes>> fetch() throws InterruptedException {
    var wait = Duration.ofMillis(50);
    if (random.nextBoolean()) return queue.lease(4, wait).orThrow();
    var lane = Lane.of((strict ? "s" : "r") + random.nextInt(KillLoad.LANES));
    return queue.leaseLane(lane, 8, wait).orThrow();
  }

  private void alone(Lease<Bytes> lease) throws InterruptedException {
    if (!strict && random.nextInt(25) == 0) {
      var busyMs = random.nextInt(800, 1_600);
      KillLoad.start(() -> late(lease, busyMs));
      return;
    }
    settle(queue, lease, word());
    if (random.nextInt(20) == 0) settle(queue, lease, "ACKW"); // again: its fence is over
  }

  /** Beyond its lease, as a rule: whoever leases it then must not be disturbed. */
  private void late(Lease<Bytes> lease, int busyMs) throws InterruptedException {
    Thread.currentThread().join(Duration.ofMillis(busyMs)); // it works, in effect
    settle(queue, lease, "ACKW");
  }

  private void together(List<Lease<Bytes>> leases) throws InterruptedException {
    if (leases.isEmpty()) return;
    var all = new ArrayList<Settlement<Bytes>>();
    for (var lease : leases) {
      var word = word();
      ChildJvm.say("s " + lease.id() + " " + lease.fence() + " " + word);
      all.add(new Settlement<>(lease, said(lease, word)));
    }
    var settled = queue.settleAll(all).orThrow();
    for (var i = 0; i < all.size(); i++) settled(leases.get(i), settled.get(i));
  }

  static void settle(SafeTaskQueue<Bytes> queue, Lease<Bytes> lease, String word)
      throws InterruptedException {
    ChildJvm.say("s " + lease.id() + " " + lease.fence() + " " + word);
    settled(lease, queue.settle(lease, said(lease, word)).orThrow());
  }

  static void leased(Lease<Bytes> lease, long fetch) {
    ChildJvm.say(
        String.join(
            " ",
            "L",
            lease.id().toString(),
            Long.toString(lease.fence()),
            Integer.toString(lease.attempt()),
            Integer.toString(lease.crashes()),
            lease.lane().key(),
            lease.value().utf8(),
            Long.toString(fetch)));
  }

  private static void settled(Lease<Bytes> lease, Settled settled) {
    var outcome =
        switch (settled) {
          case Settled.Done() -> "DONE";
          case Settled.Requeued _ -> "REQUEUED";
          case Settled.Dead _ -> "DEAD";
          case Settled.Superseded() -> "SUPERSEDED";
          case Settled.Stale _ -> "STALE";
          case Settled.Dropped() -> throw new AssertionError("a lease keeps its room");
        };
    ChildJvm.say("S " + lease.id() + " " + lease.fence() + " " + outcome);
  }

  private String word() {
    return switch (random.nextInt(20)) {
      case 0, 1 -> "RETRY";
      case 2, 3 -> "POISON";
      case 4 -> "SNOOZE";
      case 5 -> "RELEASE";
      case 6 -> "UNREACHABLE";
      case 7, 8, 9, 10, 11, 12 -> "ACKW";
      default -> "ACK";
    };
  }

  private static Disposition said(Lease<Bytes> lease, String word) {
    return switch (word) {
      case "ACK" -> Disposition.Ack.plain();
      case "ACKW" ->
          new Disposition.Ack(
              tx -> {
                tx.update("CREATE TABLE IF NOT EXISTS app_done (seq INTEGER NOT NULL)");
                tx.update("INSERT INTO app_done VALUES (?)", lease.id().seq());
              });
      case "RETRY" -> new Disposition.Retry(WHY, Duration.ZERO);
      case "POISON" -> new Disposition.Poison(WHY);
      case "SNOOZE" -> new Disposition.Snooze(Duration.ofMillis(15), "not now");
      case "RELEASE" -> new Disposition.Release();
      case "UNREACHABLE" -> new Disposition.Unreachable(WHY);
      default -> throw new IllegalArgumentException(word);
    };
  }
}
