package dev.meshkit.store;

import java.util.List;

/**
 * A short read-only look at the committed state: one page, a few milliseconds. Confined to the
 * reader thread and to the call it is given to.
 */
public final class Reading {
  private final Statements statements;

  Reading(Statements statements) {
    this.statements = statements;
  }

  /** All rows of a SELECT, in its order; ask for a page with LIMIT. */
  public <T> List<T> query(String sql, Row<T> row, Object... parameters) {
    return statements.query(sql, row, parameters);
  }
}
