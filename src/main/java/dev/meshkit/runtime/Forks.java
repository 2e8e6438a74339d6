package dev.meshkit.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one gathering, and that they are interrupted, once, when it is over. A fork that
 * has not begun by then does not begin. Without locks: a virtual thread that finds a monitor taken
 * waits for a thread of the JVM's to wake it. Thread-safe.
 *
 * <p>Nobody is missed: a thread is noted before it is started and looks whether it is over when it
 * begins; whoever ends it says so first and then looks for threads.
 */
@SuppressWarnings("ThreadPriorityCheck") // a yield lets others run; nothing relies on it
final class Forks {
  /**
   * How often one who waits lets others run before it parks with a timer: what ends at once is
   * awaited without one.
   */
  private static final int YIELDS = 8;

  private static final Duration LONG = Duration.ofDays(36_500); // fits into a long of nanoseconds

  private final AtomicReferenceArray<@Nullable Thread> running; // by place
  private final AtomicInteger asked = new AtomicInteger(); // asks that have begun and not ended
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicBoolean told = new AtomicBoolean();
  private final Fanout.Round round;
  private final List<Thread> made; // the caller's

  Forks(Fanout.Round round, int count) {
    this.round = round;
    this.running = new AtomicReferenceArray<>(count);
    this.made = new ArrayList<>(count);
  }

  /** Makes the thread of the next fork; on the caller's. */
  Thread thread(Runnable task) {
    var thread = Thread.ofVirtual().unstarted(task);
    running.setRelease(made.size(), thread); // starting it is a full fence
    made.add(thread);
    return thread;
  }

  /** Whether no fork may begin any more. */
  boolean isOver() {
    return over.get();
  }

  /** What the ask at this place yields; null if it was over before that began. */
  <R> @Nullable R run(int place, Callable<R> ask) throws Exception {
    asked.incrementAndGet(); // before it looks: who ends the round and sees none then misses none
    try {
      return over.get() ? null : ask.call();
    } finally {
      running.setRelease(place, null); // seen late, an interrupt meets a thread that ends
      asked.decrementAndGet();
    }
  }

  /** Interrupts those that run; once, and true for who did. */
  boolean end() {
    if (over.get() || !over.compareAndSet(false, true)) return false;
    for (var place = 0; place < running.length(); place++) {
      var thread = running.get(place);
      if (thread != null) thread.interrupt();
    }
    return true;
  }

  /** On the caller's thread: whether all end in time. */
  boolean awaitAll(Duration timeout) throws InterruptedException {
    return await(made, timeout);
  }

  /**
   * On the caller's thread: waits for those that were interrupted, however long they take and
   * whoever interrupts the caller; tells of those that take longer than the patience.
   */
  void awaitStragglers() {
    var interrupted = false;
    var patience = round.patience().isZero() ? Fanout.Round.FOREVER : round.patience();
    while (true) {
      try {
        if (await(made, patience)) break;
        tell();
        patience = Fanout.Round.FOREVER;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  /**
   * On the thread of the fork that decided, whose ask has ended: tells of those that take longer
   * than the patience.
   */
  void awaitOthers() {
    if (round.patience().isZero()) return;
    for (var i = 0; i < YIELDS; i++) {
      if (asked.get() == 0) return;
      Thread.yield();
    }
    var others = new ArrayList<Thread>();
    for (var place = 0; place < running.length(); place++) {
      var thread = running.get(place);
      if (thread != null) others.add(thread);
    }
    try {
      if (!joined(others, round.patience())) tell();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody's any more: this thread ends
    }
  }

  private static boolean await(List<Thread> threads, Duration timeout) throws InterruptedException {
    for (var i = 0; i < YIELDS; i++) {
      if (haveEnded(threads)) return true;
      Thread.yield();
    }
    return joined(threads, timeout);
  }

  private static boolean joined(List<Thread> threads, Duration timeout)
      throws InterruptedException {
    var until = System.nanoTime() + nanos(timeout);
    for (var thread : threads) {
      // between its start and its entry into the scope it is alive, but cannot be joined
      while (thread.isAlive() && thread.getState() == Thread.State.NEW) Thread.yield();
      if (!thread.isAlive()) continue; // ended, or noted and not yet started
      if (!thread.join(Duration.ofNanos(until - System.nanoTime()))) return false;
    }
    return true;
  }

  private static boolean haveEnded(List<Thread> threads) {
    for (var thread : threads) if (thread.isAlive()) return false;
    return true;
  }

  private void tell() {
    if (!told.compareAndSet(false, true)) return;
    for (var place = 0; place < running.length(); place++) {
      if (running.get(place) != null) round.watch().slow(place);
    }
  }

  private static long nanos(Duration wait) {
    return wait.compareTo(LONG) > 0 ? LONG.toNanos() : wait.toNanos();
  }
}
