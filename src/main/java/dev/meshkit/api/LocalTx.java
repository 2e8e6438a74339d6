package dev.meshkit.api;

import java.util.List;

/**
 * A transaction on the node's own store, given to a function that runs inside it.
 *
 * <p>Valid only during that call and on its thread, which is the store's writer: no I/O, no
 * waiting. Tables named {@code app_…} are the application's, as are indexes and views so named;
 * virtual tables are refused: what is wrong in one looks as if the file were damaged. A statement
 * that names one of MeshKit's, in whatever quotes, or that would end the transaction, as {@code OR
 * ROLLBACK} does, is an {@link IllegalArgumentException}; so is a text that is such a name: make it
 * a parameter.
 */
public interface LocalTx {
  /**
   * The rows of a SELECT; each a list of Long, Double, String, {@link Bytes} or {@link Unit} for
   * NULL.
   */
  List<List<Object>> query(String sql, Object... parameters);

  /** Runs one INSERT, UPDATE, DELETE or DDL statement on {@code app_} tables; the rows changed. */
  int update(String sql, Object... parameters);
}
