package dev.meshkit.store;

import dev.meshkit.api.LocalTx;
import dev.meshkit.api.TxWork;
import java.util.List;
import java.util.Optional;

/**
 * The transaction of the batch that is being applied, as one operation sees it.
 *
 * <p>Confined to the writer thread and to the call it is given to. Parameters are Long, Integer,
 * Double, String, {@code Bytes}, Boolean, or {@code Unit} for NULL.
 */
public interface StoreTx {
  /** All rows of a SELECT, in its order. */
  <T> List<T> query(String sql, Row<T> row, Object... parameters);

  /** The first row of a SELECT, if there is one. */
  default <T> Optional<T> first(String sql, Row<T> row, Object... parameters) {
    var rows = query(sql, row, parameters);
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
  }

  /** Runs one INSERT, UPDATE or DELETE; how many rows changed. A lost race is a 0. */
  int update(String sql, Object... parameters);

  /** Runs {@code then} on the writer thread once this transaction is durable. */
  void afterCommit(Runnable then);

  /**
   * Runs {@code undo} if what this operation did is rolled back, newest first: for memory that the
   * writer thread owns and that mirrors rows. Runs before anything else touches that memory.
   */
  void onRollback(Runnable undo);

  /**
   * Runs {@code op} at the end of this batch, after all others; the same object only once. It must
   * not throw: what it does belongs to the whole batch.
   */
  void last(Op<?> op);

  /** Runs application work in a savepoint; the exception that undid it, if it threw. */
  Optional<RuntimeException> guarded(TxWork work);

  /** The store transaction that an application's transaction is a view of. */
  static StoreTx of(LocalTx tx) {
    if (tx instanceof StoreLocalTx local) return local.tx();
    throw new IllegalArgumentException("not a transaction of a MeshKit store: " + tx.getClass());
  }
}
