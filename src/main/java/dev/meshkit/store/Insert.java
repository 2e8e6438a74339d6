package dev.meshkit.store;

import java.util.Collections;

/**
 * How rows are added to a table, one, {@link #FEW} or {@link #MANY} in a statement: a statement
 * costs as much as a row.
 *
 * @param one the statement for one
 * @param few the statement for a few
 * @param many the statement for many
 */
public record Insert(String one, String few, String many) {
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
    return new Insert(into + " " + row, rows(into, row, FEW), rows(into, row, MANY));
  }

  private static String rows(String into, String row, int number) {
    return into + " " + String.join(", ", Collections.nCopies(number, row));
  }
}
