package dev.meshkit.link;

import java.util.function.BooleanSupplier;

/**
 * Whose turn it is among the Deliver streams of one peer: one is served, others wait for its end. A
 * later stream ends those before it: whoever comes wakes them, and they leave. So a peer that opens
 * stream after stream while a handler takes its time has one thread that waits, and not as many as
 * it opens. Thread-safe.
 */
final class DeliveryTurn {
  private boolean taken; // guarded by this

  /** Blocks until it is the caller's turn; false once its stream is over. */
  synchronized boolean await(BooleanSupplier isOver) throws InterruptedException {
    notifyAll(); // some have been over since they began to wait
    while (taken) {
      if (isOver.getAsBoolean()) return false;
      wait();
    }
    taken = true;
    return true;
  }

  /** The caller's turn is over. */
  synchronized void end() {
    taken = false;
    notifyAll();
  }
}
