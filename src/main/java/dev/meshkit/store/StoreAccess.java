package dev.meshkit.store;

import dev.meshkit.api.LocalStore;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** A store as an application sees it. Thread-safe. */
public final class StoreAccess implements LocalStore {
  private static final String NAME = "app.transact";

  private final Store store;
  private final Runnable end;

  /**
   * Access to an open store.
   *
   * @param end what closing it does
   */
  public StoreAccess(Store store, Runnable end) {
    this.store = store;
    this.end = end;
  }

  @Override
  public <R> Result<R> transact(Function<LocalTx, R> work) throws InterruptedException {
    return store.submit(Op.enqueue(NAME, 0, tx -> transacted(tx, work))).flatMap(done -> done);
  }

  private static <R> Result<R> transacted(StoreTx tx, Function<LocalTx, R> work) {
    var value = new ArrayList<R>(1);
    var thrown = tx.guarded(NAME, app -> value.add(work.apply(app)));
    if (thrown.isEmpty()) return Result.ok(value.getFirst());
    if (thrown.get() instanceof MeshException told) return Result.err(told.error());
    throw thrown.get();
  }

  @Override
  public Result<List<List<Object>>> query(String sql, Object... parameters)
      throws InterruptedException {
    store.mayWait("query");
    var refusal = refusal(sql);
    if (refusal.isPresent()) return Result.err(refusal.get());
    return store.read(reading -> reading.query(sql, StoreLocalTx::values, parameters));
  }

  /** A reader's connection would refuse a change too, as a fault of the file. */
  private Optional<MeshError> refusal(String sql) {
    try {
      AppSql.check(sql, store.reserved());
    } catch (IllegalArgumentException refused) {
      return Optional.of(invalid(String.valueOf(refused.getMessage())));
    }
    var first = sql.strip().toLowerCase(Locale.ROOT);
    return List.of("insert", "replace", "update", "delete", "create", "drop", "alter").stream()
        .filter(first::startsWith)
        .findFirst()
        .map(verb -> invalid(verb.toUpperCase(Locale.ROOT) + " is no query"));
  }

  private static MeshError invalid(String why) {
    return MeshError.validation(
        "running a query", why, "query the application's own tables; change them by transact");
  }

  @Override
  public Optional<MeshError> failure() {
    return store.failure();
  }

  @Override
  public void close() {
    end.run();
  }
}
