package dev.meshkit.store;

import dev.meshkit.api.LocalTx;
import java.util.List;

/**
 * The application's view of a transaction: its own tables, not MeshKit's.
 *
 * @param tx what it is a view of
 */
record StoreLocalTx(StoreTx tx) implements LocalTx {
  @Override
  public List<List<Object>> query(String sql, Object... parameters) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int update(String sql, Object... parameters) {
    throw new UnsupportedOperationException();
  }
}
