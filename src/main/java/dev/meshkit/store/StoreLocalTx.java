package dev.meshkit.store;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.Token;
import dev.meshkit.api.Unit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The application's view of a transaction: its own tables, not MeshKit's.
 *
 * @param tx what it is a view of
 * @param reserved MeshKit's names, in lower case
 */
record StoreLocalTx(StoreTx tx, Set<String> reserved) implements LocalTx {
  @Override
  public List<List<Object>> query(String sql, Object... parameters) {
    AppSql.check(sql, reserved);
    return tx.query(sql, StoreLocalTx::values, parameters);
  }

  @Override
  public int update(String sql, Object... parameters) {
    AppSql.check(sql, reserved);
    return tx.update(sql, parameters);
  }

  @Override
  public boolean once(Token token) {
    return Once.isFirst(tx, token);
  }

  @Override
  public void guard(Fence fence, String resource) {
    Fences.guard(tx, fence, resource);
  }

  /** A row as applications see it. */
  static List<Object> values(ResultSet row) throws SQLException {
    var columns = row.getMetaData().getColumnCount();
    var values = new ArrayList<Object>(columns);
    for (var i = 1; i <= columns; i++) values.add(value(row.getObject(i)));
    return List.copyOf(values);
  }

  private static Object value(@org.jspecify.annotations.Nullable Object raw) {
    return switch (raw) {
      case null -> Unit.UNIT;
      case Integer number -> number.longValue();
      case Float number -> number.doubleValue();
      case byte[] bytes -> Bytes.of(bytes);
      default -> raw;
    };
  }
}
