package dev.meshkit.store;

import dev.meshkit.api.Result;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The two platform threads that read. Thread-safe; each owns a connection. */
final class Readers implements AutoCloseable {
  private static final int THREADS = 2;

  /** Reads that may wait; then callers do. */
  private static final int WAITING = 1_024;

  private final StoreOptions options;
  private final BlockingQueue<Consumer<Result<Statements>>> waiting =
      new ArrayBlockingQueue<>(WAITING);
  private volatile boolean closed;

  Readers(StoreOptions options) {
    this.options = options;
  }

  /** Starts both, once the file is open. */
  void start() {
    IntStream.rangeClosed(1, THREADS)
        .forEach(
            i ->
                Thread.ofPlatform()
                    .daemon()
                    .name("store-" + options.schema() + "-reader-" + i)
                    .start(this::run));
  }

  <T> Result<T> read(Function<Reading, T> read) throws InterruptedException {
    if (closed) return Result.err(StoreErrors.closed("read"));
    var reply = new Reply<T>();
    waiting.put(connection -> reply.accept(connection.flatMap(open -> look(open, read))));
    return reply.await();
  }

  @Override
  public void close() {
    closed = true;
    for (var i = 0; i < THREADS; i++) {
      var _ = waiting.offer(_ -> {}); // wakes a thread that waits; the others see `closed` anyway
    }
  }

  private <T> Result<T> look(Statements connection, Function<Reading, T> read) {
    try {
      return Result.ok(read.apply(new Reading(connection)));
    } catch (StoreException cause) {
      return Result.err(StoreErrors.read(options.file(), cause));
    }
  }

  private void run() {
    var connection = Opening.reader(options);
    try {
      while (!closed || !waiting.isEmpty()) waiting.take().accept(connection);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // only a JVM on its way out interrupts this thread
    } finally {
      connection.onOk(Statements::close);
    }
  }
}
