package dev.meshkit.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The forks of one gathering, and that they are interrupted, once, when it is over. One that has
 * not begun by then does not begin. Without locks: a virtual thread that finds a monitor taken
 * waits for a thread of the JVM's to wake it. Thread-safe.
 *
 * <p>Nobody is missed: a thread is noted before it is started and looks whether it is over when it
 * begins; whoever ends it says so first and then looks for threads.
 *
 * <p>The caller is woken when it is over, after the others have been interrupted, and itself
 * watches them end: most have when its turn comes, and no other thread has to wait for them.
 *
 * @param <R> what a fork yields
 */
@SuppressWarnings("ThreadPriorityCheck") // a yield lets others run; nothing relies on it
final class Forks<R> implements ThreadFactory {
  private static final Duration LONG = Duration.ofDays(36_500); // fits into a long of nanoseconds
  private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();
  private static final int OVER = Integer.MIN_VALUE / 2; // stays negative whatever is taken from it

  private final List<Fork<R>> all;
  private final AtomicInteger left; // how many have not told what they came to; negative: over
  private final Thread caller = Thread.currentThread();
  private final Fanout.Round round;
  private int made; // the caller's, who writes it before it waits: how many have a thread
  private boolean hasTold; // the timer's

  Forks(Fanout.Round round, Collection<? extends Callable<R>> asks) {
    this.round = round;
    this.left = new AtomicInteger(asks.size());
    this.all = new ArrayList<>(asks.size());
    for (var ask : asks) all.add(new Fork<>(ask, left));
  }

  /** One ask, and its thread once it has one. */
  static final class Fork<R> implements Callable<@Nullable R> {
    private final Callable<R> ask;
    private final AtomicInteger left;
    private volatile @Nullable Thread thread;
    private volatile boolean hasEnded; // seen late, an interrupt meets a thread that ends

    Fork(Callable<R> ask, AtomicInteger left) {
      this.ask = ask;
      this.left = left;
    }

    /** What the ask yields; null if it was over before that began. */
    @Override
    public @Nullable R call() throws Exception {
      try {
        return left.get() < 0 ? null : ask.call();
      } finally {
        hasEnded = true;
      }
    }

    private void interrupt() {
      var running = thread;
      if (running != null && !hasEnded) running.interrupt();
    }

    /** Whether its thread lives: neither before it was started nor after it has ended. */
    private boolean isAlive() {
      var running = thread;
      return running != null && running.isAlive();
    }

    /** Waits for its thread to end; whether the caller was interrupted meanwhile. */
    private boolean awaitEnd() {
      var running = thread;
      var interrupted = false;
      while (running != null && running.isAlive()) {
        try {
          running.join();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      return interrupted;
    }
  }

  /** In the order of the asks, to be started in it. */
  List<Fork<R>> all() {
    return all;
  }

  /** The thread of the next fork; on the caller's. */
  @Override
  public Thread newThread(Runnable task) {
    var thread = VIRTUAL.newThread(task);
    all.get(made++).thread = thread;
    return thread;
  }

  /** Whether no fork may begin any more. */
  boolean isOver() {
    return left.get() < 0;
  }

  /** On a fork's thread: what it came to has been told. */
  void told() {
    if (left.decrementAndGet() == 0) LockSupport.unpark(caller);
  }

  /** Interrupts those that run, once, then wakes the caller. */
  void end() {
    if (isOver() || left.getAndSet(OVER) < 0) return;
    try {
      round.watch().over();
    } finally { // whatever a watch does
      for (var fork : all) fork.interrupt();
      LockSupport.unpark(caller);
    }
  }

  /**
   * How often a caller lets others run before it parks, since who ends at once need not wake it: a
   * virtual thread twice, beside others of its own process. A platform thread never: it would leave
   * its processor to all that the machine does, and on a busy one get it back milliseconds later.
   */
  static int yields(Thread caller) {
    return caller.isVirtual() ? 2 : 0;
  }

  /** On the caller's thread: whether it is over, or all have told, in time. */
  boolean await(Duration timeout) throws InterruptedException {
    for (var i = yields(caller); i > 0 && left.get() > 0; i--) Thread.yield();
    if (left.get() <= 0) return true;
    var until = System.nanoTime() + nanos(timeout);
    while (left.get() > 0) {
      if (!parked(timeout, until)) return false;
    }
    return true;
  }

  /** Waits to be woken; false if the time is up. */
  private boolean parked(Duration timeout, long until) throws InterruptedException {
    if (timeout.equals(Fanout.Round.FOREVER)) {
      LockSupport.park(this);
    } else {
      var wait = until - System.nanoTime();
      if (wait <= 0) return false;
      LockSupport.parkNanos(this, wait);
    }
    if (Thread.interrupted()) throw new InterruptedException();
    return true;
  }

  /**
   * On the caller's thread, which is about to wait for those that have not ended: tells of them if
   * they take longer than the patience, until it is closed.
   */
  Patience.Wait watched() {
    if (round.patience().isZero() || haveEnded()) return Patience.ENDED;
    return Patience.SHARED.begin(round.patience(), this::tell);
  }

  private boolean haveEnded() {
    for (var i = 0; i < made; i++) if (all.get(i).isAlive()) return false;
    return true;
  }

  /**
   * On the caller's thread: waits for all to end, however long they take and whoever interrupts the
   * caller; tells of those that take longer than the patience.
   */
  void awaitStragglers() {
    var interrupted = false;
    try (var _ = watched()) {
      for (var fork : all) interrupted |= fork.awaitEnd();
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  /** On the timer's thread. */
  private void tell() {
    if (hasTold) return;
    hasTold = true;
    for (var place = 0; place < made; place++) {
      if (all.get(place).isAlive()) round.watch().slow(place);
    }
  }

  private static long nanos(Duration wait) {
    return wait.compareTo(LONG) > 0 ? LONG.toNanos() : wait.toNanos();
  }
}
