package dev.meshkit.store;

import org.sqlite.ProgressHandler;

/**
 * How much one read may do, for the snapshot that it holds keeps the log from starting over: a page
 * of rows, not a table. Confined to its reader thread.
 *
 * <p>Counted in steps of SQLite's machine and not in time, so that a busy host fails no read that
 * an idle one would not: ten million take about 100 ms.
 */
final class ReadBudget extends ProgressHandler {
  /** What a read may take. */
  static final int STEPS = 10_000_000;

  /** Steps between two looks: a fraction of a millisecond. */
  static final int EVERY = 50_000;

  private int left = Integer.MAX_VALUE; // looks

  /** A read begins. */
  void begin() {
    left = STEPS / EVERY;
  }

  /** What begins now may take as long as it does: a check, a backup. */
  void lift() {
    left = Integer.MAX_VALUE;
  }

  /** Whether the read was ended because it took too much. */
  boolean isSpent() {
    return left < 0;
  }

  @Override
  protected int progress() {
    return --left < 0 ? 1 : 0; // anything but 0 ends the statement: SQLITE_INTERRUPT
  }
}
