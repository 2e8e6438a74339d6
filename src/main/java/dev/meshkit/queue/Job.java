package dev.meshkit.queue;

import java.time.Instant;
import java.util.Locale;

/**
 * What an operator had done to a queue: the audit of it, and how far it came.
 *
 * @param id its number, only growing; 0 for one that was only tried
 * @param kind what is done
 * @param what to what: names and values, one a line, a tab between them
 * @param done tasks that were redriven, purged or canceled so far, or would be; of a pause 1, of a
 *     peer that is forgotten 1
 * @param state whether it goes on
 * @param by who wanted it, and why
 * @param begunWall when
 */
public record Job(
    long id, Kind kind, String what, long done, State state, Audit by, Instant begunWall) {
  /** What is done; the names in lower case are in the file. */
  public enum Kind {
    /** Dead tasks come back. */
    REDRIVE,
    /** Dead tasks are removed. */
    PURGE,
    /** Live tasks are removed. */
    CANCEL,
    /** A queue or lane leases nothing. */
    PAUSE,
    /** It does again. */
    RESUME,
    /** A lane gives another number of tasks in its turn. */
    WEIGH,
    /** Whom a lane's key stands for is gone for good. */
    FORGET,
    /** It may come after all. */
    REMEMBER;

    /** The name in the file. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of a name in the file. */
    static Kind of(String text) {
      for (var kind : values()) if (kind.text().equals(text)) return kind;
      throw new IllegalArgumentException("no kind of job is called '" + Text.cut(text) + "'");
    }
  }

  /** Whether it goes on; {@link #number()} is the column, fixed by the format. */
  public enum State {
    /** Goes on, at the next start too. */
    RUNNING(0),
    /** Nothing is left to do. */
    DONE(1),
    /** An error ended it before; what was done stays done. */
    STOPPED(2);

    private final int number;

    State(int number) {
      this.number = number;
    }

    /** The number in the file. */
    int number() {
      return number;
    }

    /** The state of a number in the file. */
    static State of(long number) {
      for (var state : values()) if (state.number == number) return state;
      throw new IllegalArgumentException("no state of a job has the number " + number);
    }
  }
}
