package dev.meshkit.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * Wakes one waiting thread at a time that mostly moves later: a timer that runs already is left
 * alone, and is set anew only when it has run out.
 *
 * <p>A timed wait sets a timer and takes it back each time, and each of that wakes the timer's
 * thread. Who hears ten beats a second, all of which put its timeout off, wakes it twenty times so,
 * and here once a timeout. What somebody waits for whom a timer woke changes at first, as answers
 * come: who has sent a beat waits for its acknowledgements, and then for the next. So the timer's
 * thread, which is awake, looks a few milliseconds later what has become of that, and sets the next
 * timer by it.
 *
 * <p>Everything is guarded by the lock it is made with. All alarms of the process share one daemon
 * thread, which ends within two minutes after the last of them was waited for.
 */
final class Alarm {
  private static final Duration AT_MOST = Duration.ofMinutes(1); // no timer holds its alarm longer

  private static final Duration LOOK_AGAIN = Duration.ofMillis(5); // answers on one site take less

  /** One for all; what it runs must not hold it up. */
  static final ScheduledThreadPoolExecutor TIMER = timer();

  private final Lock lock;
  private final Condition changed;
  private final InstantSource monotonic;
  private Instant wanted = Instant.MAX; // while nobody waits
  private Instant running = Instant.MAX; // when the earliest timer runs out
  private long started;

  /** An alarm that signals {@code changed}, a condition of {@code lock}. */
  Alarm(Lock lock, Condition changed, InstantSource monotonic) {
    this.lock = lock;
    this.changed = changed;
    this.monotonic = monotonic;
  }

  /**
   * Waits until signalled, or until the clock has reached {@code due}; may return sooner: ask in a
   * loop.
   */
  @SuppressWarnings("WaitNotInLoop") // the caller's is one, as its javadoc asks
  void await(Instant due) throws InterruptedException {
    wanted = due;
    try {
      if (due.isBefore(running)) {
        started++;
        start(wanted);
      }
      changed.await();
    } finally {
      wanted = Instant.MAX;
    }
  }

  /** How many timers were started so far by who waits, each of which wakes the timer's thread. */
  long started() {
    return started;
  }

  private void start(Instant at) {
    var now = monotonic.instant();
    var most = now.plus(AT_MOST);
    var end = at.isBefore(most) ? at : most;
    running = end;
    var left = Math.max(0, Duration.between(now, end).toNanos());
    var _ = TIMER.schedule(() -> ranOut(end), left, TimeUnit.NANOSECONDS);
  }

  private void ranOut(Instant end) {
    lock.lock();
    try {
      if (!running.equals(end)) return; // an earlier one was started after it
      running = Instant.MAX;
      if (wanted.isAfter(monotonic.instant())) {
        if (wanted.isBefore(Instant.MAX)) start(wanted);
        return;
      }
      wanted = Instant.MAX; // its wait is over, though it may not have run yet
      changed.signal();
      start(monotonic.instant().plus(LOOK_AGAIN));
    } finally {
      lock.unlock();
    }
  }

  private static ScheduledThreadPoolExecutor timer() {
    var timer =
        new ScheduledThreadPoolExecutor(
            1, work -> Thread.ofPlatform().daemon().name("alarm").unstarted(work));
    timer.setKeepAliveTime(30, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    return timer;
  }
}
