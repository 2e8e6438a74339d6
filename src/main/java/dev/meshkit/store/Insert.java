package dev.meshkit.store;

import java.util.Collections;

/**
 * How rows are added to a table, one, {@link #FEW} or {@link #MANY} in a statement: a statement
 * costs as much as a row.
 *
 * <p>{@code OR FAIL}, since a statement of several rows would else keep a copy of each page that it
 * changes, to undo its rows by. Nothing is to be undone by the statement: one that fails takes its
 * transaction, or the savepoint it is in, with it.
 *
 * @param one the statement for one
 * @param few the statement for a few
 * @param many the statement for many
 */
public record Insert(String one, String few, String many) {
  private static final String INSERT = "INSERT";

  /** Rows of a statement for a few. */
  static final int FEW = 4;

  /** Rows of a statement. */
  static final int MANY = 16;

  /**
   * Into some columns of a table.
   *
   * @param into {@code INSERT INTO t (a, b) VALUES}
   * @param row {@code (?, ?)}
   */
  public static Insert of(String into, String row) {
    if (!into.startsWith(INSERT)) throw new IllegalArgumentException("no plain INSERT: " + into);
    var orFail = "INSERT OR FAIL" + into.substring(INSERT.length());
    return new Insert(orFail + " " + row, rows(orFail, row, FEW), rows(orFail, row, MANY));
  }

  private static String rows(String into, String row, int number) {
    return into + " " + String.join(", ", Collections.nCopies(number, row));
  }
}
