package dev.meshkit.gate;

/** How far a run is; in the order of the column {@code run.st}. */
public enum RunState {
  /** Begun; the next attempt goes on. */
  OPEN,
  /** Ended well: executing it again does nothing and gives the same. */
  DONE,
  /** Ended for good with an error: executing it again gives the same. */
  FAILED,
  /** Its branch does not fit what is recorded; it waits for a build that does. */
  PARKED,
  /** Given up by an operator. */
  ABANDONED;

  private static final RunState[] ALL = values();

  static RunState of(int column) {
    return ALL[column];
  }

  /** Whether nothing more will be recorded for it. */
  boolean isOver() {
    return this == DONE || this == FAILED;
  }
}
