package dev.meshkit.gate;

/** How far a run is, and its number in the column {@code run.st}. */
public enum RunState {
  /** Begun; the next attempt goes on. */
  OPEN(0),
  /** Ended well: executing it again does nothing and gives the same. */
  DONE(1),
  /** Ended for good with an error: executing it again gives the same. */
  FAILED(2),
  /** Its branch does not fit what is recorded; it waits for a build that does. */
  PARKED(3),
  /** Given up by an operator. */
  ABANDONED(4);

  private static final RunState[] ALL = values();
  private final int column;

  RunState(int column) {
    this.column = column;
  }

  /** As the file has it. */
  int column() {
    return column;
  }

  static RunState of(int column) {
    return ALL[column];
  }

  /** Whether nothing more will be recorded for it. */
  boolean isOver() {
    return this == DONE || this == FAILED;
  }
}
