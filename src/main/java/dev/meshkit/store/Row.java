package dev.meshkit.store;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Reads one row of a result, the one the cursor stands on.
 *
 * @param <T> what it becomes
 */
@FunctionalInterface
public interface Row<T> {
  /** The row's value; must not move the cursor. */
  T read(ResultSet row) throws SQLException;
}
