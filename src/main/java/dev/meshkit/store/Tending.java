package dev.meshkit.store;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks after a store in trouble, a full disk or a log that a reader holds, once a second while it
 * lasts; a store without trouble has no thread that polls. Thread-safe.
 */
final class Tending implements AutoCloseable {
  private static final long PAUSE_MS = 1_000;

  private final String name;
  private final BooleanSupplier trouble;
  private final Runnable look;
  private @Nullable Thread thread; // guarded by this
  private boolean closed; // guarded by this

  /**
   * One that runs {@code look} while {@code trouble} holds.
   *
   * @param look on a virtual thread: files and hand-overs, no JDBC
   */
  Tending(String name, BooleanSupplier trouble, Runnable look) {
    this.name = name;
    this.trouble = trouble;
    this.look = look;
  }

  /** Begins if there is trouble and nobody looks yet. */
  synchronized void begin() {
    if (closed || thread != null || !trouble.getAsBoolean()) return;
    thread = Thread.ofVirtual().name("store-" + name + "-tending").start(this::run);
  }

  /** Ends it; waits for a look that is under way. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = thread;
    }
    if (running == null) return;
    running.interrupt();
    Uninterrupted.run(running::join);
  }

  private void run() {
    try {
      while (goesOn()) {
        Thread.sleep(PAUSE_MS);
        look.run();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private synchronized boolean goesOn() {
    if (!closed && trouble.getAsBoolean()) return true;
    thread = null;
    return false;
  }
}
