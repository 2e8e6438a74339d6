package dev.meshkit.runtime;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells of waits that take too long. All that wait share one timer, the soonest: a timed wait of
 * its own would cost each of them more than most of these waits take. It is started by the first
 * and looks who still waits when it has run out; where nobody does, none is running. Thread-safe.
 */
final class Patience {
  private static final System.Logger LOG = System.getLogger(Patience.class.getName());

  /** That of the process; the thread of its timer ends soon after the last wait. */
  static final Patience SHARED = new Patience();

  /** A wait that is over before it begins. */
  static final Wait ENDED = () -> {};

  private static final long NONE = Long.MAX_VALUE; // two hundred years after the first nanosecond

  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicLong soonest = new AtomicLong(NONE); // when the timer runs out

  /** A wait that has begun. */
  @FunctionalInterface
  interface Wait extends AutoCloseable {
    /** It is over: nothing is told any more, unless it is being told. */
    @Override
    void close();
  }

  private final class Waiting implements Wait {
    final long untilNanos;
    final Runnable tooLong;

    Waiting(long untilNanos, Runnable tooLong) {
      this.untilNanos = untilNanos;
      this.tooLong = tooLong;
    }

    @Override
    public void close() {
      waiting.remove(this);
    }
  }

  /** From now on: unless it is closed before, {@code tooLong} runs once, on the timer's thread. */
  Wait begin(Duration patience, Runnable tooLong) {
    var wait = new Waiting(System.nanoTime() + patience.toNanos(), tooLong);
    waiting.add(wait); // before it looks for the timer, which looks after it has run out
    runOutBy(wait.untilNanos);
    return wait;
  }

  /** How many have begun, and neither ended nor been told of. */
  int count() {
    return waiting.size();
  }

  private void runOutBy(long untilNanos) {
    var runsOut = soonest.get();
    while (untilNanos < runsOut) {
      if (soonest.compareAndSet(runsOut, untilNanos)) {
        var left = Math.max(0, untilNanos - System.nanoTime());
        var _ = Alarm.TIMER.schedule(() -> ranOut(untilNanos), left, TimeUnit.NANOSECONDS);
        return;
      }
      runsOut = soonest.get();
    }
  }

  private void ranOut(long untilNanos) {
    if (!soonest.compareAndSet(untilNanos, NONE)) return; // a sooner one looks for all
    var now = System.nanoTime();
    var all = new ArrayList<>(waiting);
    all.sort(Comparator.comparingLong(wait -> wait.untilNanos - now)); // who waits longest first
    for (var wait : all) {
      if (wait.untilNanos > now) runOutBy(wait.untilNanos);
      else if (waiting.remove(wait)) tell(wait);
    }
  }

  /** One that throws keeps nobody else from being told. */
  private static void tell(Waiting wait) {
    try {
      wait.tooLong.run();
    } catch (RuntimeException | Error thrown) {
      LOG.log(Level.WARNING, "what was to be told of a long wait threw", thrown);
    }
  }
}
