package dev.meshkit.bench.queue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** Threads that work until they are told to stop; the first failure ends them all, and is told. */
final class Crew {
  /** What each of them does. */
  interface Work {
    void run() throws Exception;
  }

  private final ExecutorService threads;
  private final LongAdder done;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicReference<Optional<Exception>> failed =
      new AtomicReference<>(Optional.empty());

  /** A crew on these threads, which it ends; what it has got done is in {@code done}. */
  Crew(ExecutorService threads, LongAdder done) {
    this.threads = threads;
    this.done = done;
  }

  boolean isOver() {
    return over.get();
  }

  void start(int count, Work work) {
    for (var i = 0; i < count; i++) {
      threads.execute(
          () -> {
            try {
              work.run();
            } catch (Exception cause) {
              failed.compareAndSet(Optional.empty(), Optional.of(cause));
              threads.shutdownNow();
            }
          });
    }
  }

  /** How much they got done in a second of that time; blocks until they have ended. */
  double perSecond(Duration time) {
    var before = done.sum();
    var begun = System.nanoTime();
    Load.pass(time);
    var rate = Load.rate(done.sum() - before, System.nanoTime() - begun);
    over.set(true);
    threads.close();
    failed
        .get()
        .ifPresent(
            cause -> {
              throw new IllegalStateException(cause);
            });
    return rate;
  }
}
