package dev.meshkit.api;

import java.time.Duration;
import java.util.Objects;

/** What a worker says of the work it was given. What becomes of it, the queue says. */
public sealed interface Disposition {
  /**
   * Done. {@code work} runs in the transaction that settles it, so both happen or neither.
   *
   * @param work the application's own rows, {@link TxWork#NONE} for none
   */
  record Ack(TxWork work) implements Disposition {
    /** Checks presence. */
    public Ack {
      Objects.requireNonNull(work, "work");
    }

    /** Done, with no work of its own. */
    public static Ack plain() {
      return new Ack(TxWork.NONE);
    }
  }

  /**
   * The task's own failure: charged as an attempt, tried again later.
   *
   * @param why what went wrong
   * @param floor the least pause, ZERO for none
   */
  record Retry(MeshError why, Duration floor) implements Disposition {
    /** Checks presence. */
    public Retry {
      Objects.requireNonNull(why, "why");
      Objects.requireNonNull(floor, "floor");
    }
  }

  /**
   * Never to be tried again: to the poison queue.
   *
   * @param why what is wrong with it
   */
  record Poison(MeshError why) implements Disposition {
    /** Checks presence. */
    public Poison {
      Objects.requireNonNull(why, "why");
    }
  }

  /**
   * The world's failure: not charged, tried again after a pause.
   *
   * @param pause how long
   * @param why what it waits for
   */
  record Snooze(Duration pause, String why) implements Disposition {
    /** Checks presence. */
    public Snooze {
      Objects.requireNonNull(pause, "pause");
      Objects.requireNonNull(why, "why");
    }
  }

  /**
   * Whom it is for cannot be reached: not charged, and it keeps its place. After a few in a row the
   * queue leaves all tasks of that lane key alone for a while.
   *
   * @param why what was tried
   */
  record Unreachable(MeshError why) implements Disposition {
    /** Checks presence. */
    public Unreachable {
      Objects.requireNonNull(why, "why");
    }
  }

  /** Given back untouched: not charged, ready at once. */
  record Release() implements Disposition {}
}
