package dev.meshkit.store;

import java.sql.SQLException;
import java.util.List;

/**
 * A short read-only look at the committed state: one page, a few milliseconds. Confined to the
 * reader thread and to the call it is given to.
 */
public final class Reading {
  /** More rows than this one read does not have: it is a page. */
  public static final int PAGE_ROWS = 500;

  private final Statements statements;
  private final ReadBudget budget = new ReadBudget();

  Reading(Statements statements) {
    this.statements = statements;
    statements.every(ReadBudget.EVERY, budget);
  }

  /**
   * All rows of a SELECT, in its order, as of one moment; ask for a page with LIMIT, and for the
   * next one after it. One that has more than {@link #PAGE_ROWS}, or goes through more than some
   * hundred thousand, is ended: its answer is {@code error.store.read}.
   */
  public <T> List<T> query(String sql, Row<T> row, Object... parameters) {
    budget.begin();
    try {
      return statements.query(sql, bounded(row), parameters);
    } catch (StoreException cause) {
      if (!budget.isSpent()) throw cause;
      throw new StoreException(sql, new SQLException("it goes through more than a page", cause));
    } finally {
      budget.lift();
    }
  }

  private static <T> Row<T> bounded(Row<T> row) {
    var seen = new int[1];
    return rows -> {
      if (++seen[0] <= PAGE_ROWS) return row.read(rows);
      throw new SQLException("it has more than a page of " + PAGE_ROWS + " rows: add a LIMIT");
    };
  }

  /** The connection, for what may take its time: a check, a backup. */
  Statements statements() {
    return statements;
  }
}
