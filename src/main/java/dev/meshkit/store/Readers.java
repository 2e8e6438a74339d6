package dev.meshkit.store;

import dev.meshkit.api.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/** The two platform threads that read. Thread-safe; each owns a connection. */
final class Readers implements AutoCloseable {
  private static final int THREADS = 2;

  /** Reads that may wait; then callers do. */
  private static final int WAITING = 1_024;

  private final StoreOptions options;
  private final Consumer<StoreException> damaged;
  private final BlockingQueue<Task> waiting = new ArrayBlockingQueue<>(WAITING);
  private final List<Thread> threads = new ArrayList<>(); // set before anyone reads
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What a reader thread is asked to do. */
  private sealed interface Task {
    /** Looks, and answers. */
    record Look(Consumer<Result<Reading>> with) implements Task {}

    /** Ends the thread that takes it. */
    record End() implements Task {}
  }

  /** Readers of a file; {@code damaged} is told when one finds that it makes no sense. */
  Readers(StoreOptions options, Consumer<StoreException> damaged) {
    this.options = options;
    this.damaged = damaged;
  }

  /** Starts both, once the file is open. */
  void start() {
    for (var i = 1; i <= THREADS; i++) {
      var name = "store-" + options.schema() + "-reader-" + i;
      threads.add(Thread.ofPlatform().daemon().name(name).start(this::run));
    }
  }

  <T> Result<T> read(Function<Reading, T> read) throws InterruptedException {
    return ask(reading -> Result.ok(read.apply(reading)));
  }

  /** Runs a look that may take its time, such as a backup, and blocks for its answer. */
  <T> Result<T> ask(Function<Reading, Result<T>> look) throws InterruptedException {
    var reply = new Reply<T>();
    var task = task(look, reply);
    if (closed.get()) return Result.err(StoreErrors.closed("read"));
    waiting.put(task);
    // whoever comes behind the end takes his task back: nobody else will
    if (closed.get() && waiting.remove(task)) return Result.err(StoreErrors.closed("read"));
    return reply.await();
  }

  /** Runs a look some time, unless too many wait; {@code then} gets the answer on its thread. */
  <T> void offer(Function<Reading, Result<T>> look, Consumer<Result<T>> then) {
    var _ = waiting.offer(task(look, then));
  }

  private <T> Task task(Function<Reading, Result<T>> look, Consumer<Result<T>> then) {
    return new Task.Look(connection -> then.accept(connection.flatMap(open -> look(open, look))));
  }

  /** Answers what was asked before, then closes both connections. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    Uninterrupted.run(
        () -> {
          for (var _ : threads) waiting.put(new Task.End());
          for (var thread : threads) thread.join();
        });
  }

  private <T> Result<T> look(Reading connection, Function<Reading, Result<T>> look) {
    try {
      return look.apply(connection);
    } catch (RuntimeException cause) { // ours or the caller's: the thread lives on
      if (cause instanceof StoreException known && known.isDamage()) damaged.accept(known);
      return Result.err(StoreErrors.read(options.file(), cause));
    }
  }

  private void run() {
    var connection = Opening.reader(options).map(Reading::new);
    try {
      while (waiting.take() instanceof Task.Look(var with)) with.accept(connection);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // only a JVM on its way out interrupts this thread
    } finally {
      connection.onOk(reading -> reading.statements().close());
    }
  }
}
