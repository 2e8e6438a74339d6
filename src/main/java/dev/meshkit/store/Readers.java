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
  private final BlockingQueue<Task> waiting = new ArrayBlockingQueue<>(WAITING);
  private final List<Thread> threads = new ArrayList<>(); // set before anyone reads
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What a reader thread is asked to do. */
  private sealed interface Task {
    /** Looks, and answers. */
    record Look(Consumer<Result<Statements>> with) implements Task {}

    /** Ends the thread that takes it. */
    record End() implements Task {}
  }

  Readers(StoreOptions options) {
    this.options = options;
  }

  /** Starts both, once the file is open. */
  void start() {
    for (var i = 1; i <= THREADS; i++) {
      var name = "store-" + options.schema() + "-reader-" + i;
      threads.add(Thread.ofPlatform().daemon().name(name).start(this::run));
    }
  }

  <T> Result<T> read(Function<Reading, T> read) throws InterruptedException {
    var reply = new Reply<T>();
    var task =
        new Task.Look(connection -> reply.accept(connection.flatMap(open -> look(open, read))));
    if (closed.get()) return Result.err(StoreErrors.closed("read"));
    waiting.put(task);
    // whoever comes behind the end takes his task back: nobody else will
    if (closed.get() && waiting.remove(task)) return Result.err(StoreErrors.closed("read"));
    return reply.await();
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

  private <T> Result<T> look(Statements connection, Function<Reading, T> read) {
    try {
      return Result.ok(read.apply(new Reading(connection)));
    } catch (RuntimeException cause) { // ours or the caller's: the thread lives on
      return Result.err(StoreErrors.read(options.file(), cause));
    }
  }

  private void run() {
    var connection = Opening.reader(options);
    try {
      while (waiting.take() instanceof Task.Look(var with)) with.accept(connection);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // only a JVM on its way out interrupts this thread
    } finally {
      connection.onOk(Statements::close);
    }
  }
}
