package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import dev.meshkit.store.ChildJvm;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A process that does with two queues of one store whatever can be done with them, made to be
 * killed at any instant. It says what it is about to do and what it was told, a line each; {@link
 * KillOracle} knows the words. Told to {@code drain} it works off what is there and ends.
 */
final class KillLoad {
  /** Lanes of each queue. */
  static final int LANES = 4;

  /** Attempts of a task. */
  static final int ATTEMPTS = 4;

  /** Processes that may die of a task. */
  static final int CRASHES = 3;

  private static final Duration PAUSE = Duration.ofMillis(20);

  /** One holder a lane, whose leases outlive the process. */
  static final QueueOptions STRICT =
      rules("strict").lease(Duration.ofMinutes(10), Duration.ofMinutes(10));

  /** Leases that run out now and then. */
  static final QueueOptions RELAXED =
      rules("relaxed").relaxed().lease(Duration.ofSeconds(1), Duration.ofMinutes(10));

  private KillLoad() {}

  private static QueueOptions rules(String name) {
    var plain = QueueOptions.of(name);
    return plain
        .maxAttempts(ATTEMPTS)
        .crashes(CRASHES, 4)
        .retry(new RetryPause(PAUSE, PAUSE.multipliedBy(2)))
        .breaker(new BreakerPause(3, PAUSE, PAUSE.multipliedBy(4)))
        .laneWindow(16)
        .capacity(plain.capacity().withTasks(150).blocking(Duration.ofSeconds(5)));
  }

  /** What runs until the process is killed; whatever ends it otherwise is told. */
  interface Body {
    void run() throws InterruptedException;
  }

  static void start(Body body) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                body.run();
              } catch (InterruptedException | RuntimeException | Error ended) {
                ChildJvm.say("! " + ended);
              }
            });
  }

  /** Arguments: directory, round, seed, and {@code drain} for the last one. */
  public static void main(String[] arguments) throws InterruptedException {
    ChildJvm.say("B");
    var store = StoreFixture.open(Path.of(arguments[0]));
    var random = new SplittableRandom(Long.parseLong(arguments[2]));
    var queues =
        List.of(
            new Side(store, STRICT, random.split(), arguments[1]),
            new Side(store, RELAXED, random.split(), arguments[1]));
    if (arguments.length > 3) {
      for (var side : queues) side.drain();
      for (var side : queues) side.close();
      store.close();
      ChildJvm.say("Z");
      return;
    }
    queues.forEach(Side::start);
    KillLoad.start(() -> KillInbox.receive(store));
    Thread.currentThread().join(Duration.ofMinutes(2)); // it is killed long before
  }

  /** One queue, with all who use it. */
  private record Side(SafeTaskQueue<Bytes> queue, SplittableRandom random, String round) {
    Side(Store store, QueueOptions options, SplittableRandom random, String round)
        throws InterruptedException {
      this(SafeTaskQueue.open(store, options, TaskCodec.BYTES).orThrow(), random, round);
    }

    void start() {
      for (var i = 0; i < 2; i++) {
        var name = round + queue.options().name().charAt(0) + i;
        KillLoad.start(new KillEnqueuer(queue, random.split(), name)::run);
      }
      for (var i = 0; i < 3; i++) KillLoad.start(new KillWorker(queue, random.split())::run);
      KillLoad.start(() -> read(0));
      KillLoad.start(this::redrive);
    }

    /** Takes the dead in order until so many of them were seen, for ever if that is none. */
    void read(long until) throws InterruptedException {
      var name = queue.options().name();
      for (var last = -1L; last < until || until == 0; ) {
        var dead = queue.poison().take("reader", Duration.ofMillis(500)).orThrow();
        if (dead.isEmpty() && until != 0) return; // redriven, it seems
        for (var one : dead) {
          ChildJvm.say("P " + name + " " + one.did() + " " + one.id());
          last = one.did();
        }
        if (dead.isEmpty()) continue;
        queue.poison().advance("reader", last).orThrow();
        ChildJvm.say("A " + name + " " + last);
      }
    }

    void redrive() throws InterruptedException {
      var some = RedriveOptions.DEFAULTS.withMax(6);
      while (true) {
        Thread.currentThread()
            .join(Duration.ofMillis(random.nextInt(50, 300))); // an operator's pace
        ChildJvm.say("R " + queue.options().name());
        queue.poison().redrive(PoisonFilter.ALL, some, new Audit("chaos", "again")).orThrow();
      }
    }

    void drain() throws InterruptedException {
      while (queue.stats().ready() + queue.stats().delayed() + queue.stats().leased() > 0) {
        for (var lease : queue.lease(64, Duration.ofMillis(200)).orThrow()) {
          KillWorker.leased(lease, 0);
          KillWorker.settle(queue, lease, "ACK");
        }
      }
      for (var last = last(); last > 0; last = 0) read(last);
    }

    private long last() throws InterruptedException {
      var last = 0L;
      while (queue.poison().list(PoisonFilter.ALL, last, 500)
              instanceof Result.Ok<List<DeadTask>>(var page)
          && !page.isEmpty()) {
        last = page.getLast().did();
      }
      return last;
    }

    void close() {
      queue.close();
    }
  }
}
