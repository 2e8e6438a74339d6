package dev.meshkit.node;

import dev.meshkit.api.Scope;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Which version of each scope's record this node goes by, and who waits for one. Thread-safe. */
final class Followed {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final TreeMap<Scope, Long> versions = new TreeMap<>();

  /** The node goes by this version from now on. */
  void upTo(Scope scope, long version) {
    lock.lock();
    try {
      versions.put(scope, version);
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Blocks until the node goes by {@code version} or a newer one.
   *
   * @param within the longest that it blocks; not at all if it is negative
   * @return whether it does
   */
  boolean await(Scope scope, long version, Duration within) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var left = within.toNanos();
      while (versions.getOrDefault(scope, 0L) < version) {
        if (left <= 0) return false;
        left = moved.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
