package dev.meshkit.link;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the messages of a lane came to, between the thread that handles them and the one that marks
 * and answers: while a commit is under way the next messages are handled, and what they came to is
 * the next commit's. Thread-safe; one handles, one marks.
 */
final class LaneOutcomes {
  private final InstantSource monotonic;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition come = lock.newCondition(); // for who marks
  private final Condition answered = lock.newCondition(); // for who handles
  private List<Outcome> waiting = new ArrayList<>(); // guarded by lock
  private int unanswered; // guarded by lock
  private boolean held; // guarded by lock
  private @Nullable Instant began; // of the handler that runs; guarded by lock
  private boolean late; // that handler is past its time; guarded by lock
  private boolean stopping; // guarded by lock
  private boolean over; // guarded by lock
  private boolean asleep; // who marks waits without an end; guarded by lock

  /**
   * What a message came to.
   *
   * @param n its number
   * @param head whether nothing unsettled comes before it
   * @param how what is to be done
   */
  record Outcome(long n, boolean head, Judge.Handled how) {}

  /** How a handler's run has ended. */
  enum Ending {
    /** What it said counts. */
    IN_TIME,
    /** It counts no more: it was interrupted, and so was its thread. */
    LATE,
    /** Nobody waits for it any more. */
    STOPPED
  }

  LaneOutcomes(InstantSource monotonic) {
    this.monotonic = monotonic;
  }

  /** For another thread that handles, once all of the one before is answered. */
  LaneOutcomes anew() {
    lock.lock();
    try {
      late = false;
      stopping = false;
      over = false;
      return this;
    } finally {
      lock.unlock();
    }
  }

  /** A handler begins now. */
  void begins() {
    var now = monotonic.instant();
    lock.lock();
    try {
      began = now;
      if (asleep) come.signal();
    } finally {
      lock.unlock();
    }
  }

  /** It has ended; an interruption that was its own affair is over with it. */
  Ending ended() {
    lock.lock();
    try {
      began = null;
      if (stopping) return Ending.STOPPED;
      if (late) return Ending.LATE;
      var _ = Thread.interrupted(); // in the lock: whoever interrupts for a reason says so first
      return Ending.IN_TIME;
    } finally {
      lock.unlock();
    }
  }

  /** A message has come to this; what is to be done about it follows in turn. */
  void add(Outcome outcome) {
    lock.lock();
    try {
      waiting.add(outcome);
      unanswered++;
      if (waiting.size() == 1) come.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Blocks until fewer than so many are unanswered. */
  void awaitFewer(int than) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (unanswered >= than) answered.await();
    } finally {
      lock.unlock();
    }
  }

  /** Whether something was not applied, so that what follows is not to be handled. */
  boolean isHeld() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }

  /** Whether what follows is held from now on. */
  void hold(boolean now) {
    lock.lock();
    try {
      held = now;
    } finally {
      lock.unlock();
    }
  }

  /** No more will come. */
  void over() {
    lock.lock();
    try {
      over = true;
      come.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What has come, waiting for the first of it; nothing once no more will come. A handler that
   * takes longer than {@code most} is interrupted meanwhile.
   */
  List<Outcome> take(Duration most, Thread handling) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !over) await(most, handling);
      var taken = waiting;
      waiting = new ArrayList<>();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the caller looks again
  private void await(Duration most, Thread handling) throws InterruptedException { // lock held
    if (began == null || late) {
      asleep = true;
      try {
        come.await();
      } finally {
        asleep = false;
      }
      return;
    }
    var left = Duration.between(monotonic.instant(), began.plus(most));
    if (left.isPositive()) {
      var _ = come.awaitNanos(left.toNanos());
    } else {
      late = true;
      handling.interrupt();
    }
  }

  /** So many of those that were taken are answered. */
  void answered(int some) {
    lock.lock();
    try {
      unanswered -= some;
      answered.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether {@link #stop} was said. */
  boolean isStopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  /** Nobody waits for what is being handled, or will be. */
  void stop(Thread handling) {
    lock.lock();
    try {
      stopping = true;
      handling.interrupt();
    } finally {
      lock.unlock();
    }
  }
}
