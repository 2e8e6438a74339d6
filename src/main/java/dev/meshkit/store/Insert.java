package dev.meshkit.store;

import java.util.Collections;

/**
 * How rows are added to a table, one or {@link #MANY} in a statement: a statement costs as much as
 * a row.
 *
 * @param one the statement for one
 * @param many the statement for many
 */
public record Insert(String one, String many) {
  /** Rows of a statement. */
  static final int MANY = 16;

  /**
   * Into some columns of a table.
   *
   * @param into {@code INSERT INTO t (a, b) VALUES}
   * @param row {@code (?, ?)}
   */
  public static Insert of(String into, String row) {
    return new Insert(
        into + " " + row, into + " " + String.join(", ", Collections.nCopies(MANY, row)));
  }
}
