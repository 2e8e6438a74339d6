package dev.meshkit.store;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.TxWork;
import dev.meshkit.observe.SlowTxEvent;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The transaction of the batch that is being applied, as one operation sees it.
 *
 * <p>Confined to the writer thread and to the call it is given to. Parameters are Long, Integer,
 * Double, String, {@code Bytes}, Boolean, or {@code Unit} for NULL. A statement that fails throws
 * {@link StoreException}; let it pass. After a fault with which SQLite may have rolled back by
 * itself, as on a full disk, nothing more can be done in it, and it never commits, whoever caught
 * that.
 */
public final class StoreTx implements Commitment {
  private static final System.Logger LOG = System.getLogger(StoreTx.class.getName());

  /** Application work that takes longer holds up everyone: a warning names it. */
  private static final long BUDGET_MS = 20;

  private final Statements statements;
  private final StoreOptions options;
  private final Set<String> reserved;
  private final InstantSource clock;
  private final StoreIdentity identity;
  private final List<Runnable> committed = new ArrayList<>();
  private final List<Runnable> told = new ArrayList<>();
  private final List<Runnable> undo = new ArrayList<>();
  private final LinkedHashSet<Op<?>> last = new LinkedHashSet<>();
  private final LinkedHashSet<Op<?>> counts = new LinkedHashSet<>();
  private final Rows rows;
  private final boolean fused;
  private int changes;
  private boolean apart;
  private @Nullable StoreException end; // what it has ended with

  /**
   * A transaction that has begun.
   *
   * @param fused whether what {@link #last} collects is part of it, or {@link #left} for later
   */
  StoreTx(Opening.Opened opened, StoreOptions options, boolean fused) {
    this.statements = opened.writer();
    this.rows = new Rows(statements);
    this.options = options;
    this.reserved = opened.reserved();
    this.clock = opened.clock();
    this.identity = opened.identity();
    this.fused = fused;
  }

  /** The store transaction that an application's transaction is a view of. */
  public static StoreTx of(LocalTx tx) {
    if (tx instanceof StoreLocalTx local) return local.tx();
    throw new IllegalArgumentException("not a transaction of a MeshKit store: " + tx.getClass());
  }

  /** The same, of this store and no other: there its rows would be another's. */
  public static StoreTx of(LocalTx tx, Store store) {
    var own = of(tx);
    if (own.options.equals(store.options())) return own;
    throw new IllegalArgumentException(
        "a transaction of " + own.options.file() + ", not of " + store.options().file());
  }

  /** All rows of a SELECT, in its order. */
  public <T> List<T> query(String sql, Row<T> row, Object... parameters) {
    return begun(sql, () -> statements.query(sql, row, parameters));
  }

  /** The first row of a SELECT, if there is one. */
  public <T> Optional<T> first(String sql, Row<T> row, Object... parameters) {
    var rows = query(sql, row, parameters);
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
  }

  /** Runs one INSERT, UPDATE or DELETE; how many rows changed. A lost race is a 0. */
  public int update(String sql, Object... parameters) {
    changes++;
    return begun(sql, () -> statements.update(sql, parameters));
  }

  /**
   * Adds a row. Those of one table are added together: at the latest by the next statement of this
   * transaction, which sees them, and throws if one cannot be added, whosever it is. Rows of
   * different tables may be added in another order than they came.
   */
  public void insert(Insert into, Object... values) {
    changes++;
    if (rows.add(into, values)) unlessEnded(into.many(), () -> rows.writeMany(into));
  }

  /** Whatever was added is in the file's transaction now. */
  void flush() {
    if (!rows.isEmpty()) unlessEnded("INSERT", rows::write);
  }

  /**
   * Whether something in this batch was refused, and each operation is tried once more by itself:
   * one that took for granted what is nearly always so has to look now.
   */
  public boolean isApart() {
    return apart;
  }

  /** From here on each operation is tried by itself. */
  StoreTx apart() {
    apart = true;
    return this;
  }

  private void script(String sql) {
    begun(
        sql,
        () -> {
          statements.script(sql);
          return true;
        });
  }

  /** Runs a statement in this transaction, or not at all, after what waits to be added. */
  private <T> T begun(String sql, Supplier<T> statement) {
    flush();
    return unlessEnded(sql, statement);
  }

  private <T> T unlessEnded(String sql, Supplier<T> statement) {
    if (end != null) throw end.preventing(sql);
    try {
      return statement.get();
    } catch (StoreException thrown) {
      if (thrown.endsTransaction()) end = thrown;
      throw thrown;
    }
  }

  /** The fault with which SQLite may have rolled it back. */
  Optional<StoreException> end() {
    return Optional.ofNullable(end);
  }

  @Override
  public void afterCommit(Runnable then) {
    committed.add(then);
  }

  @Override
  public void tell(Runnable then) {
    told.add(then);
  }

  @Override
  public void onRollback(Runnable undone) {
    undo.add(undone);
  }

  /**
   * Runs {@code op} at the end of this batch, after all others; the same object only once. Should
   * it throw, the batch is done again, and without it if it throws again; a COUNT must not.
   */
  public void last(Op<?> op) {
    (op.kind() == Op.Kind.COUNT ? counts : last).add(op);
  }

  /**
   * Runs application work in a savepoint, with its {@link LocalTx}; the exception that undid it, if
   * it threw.
   */
  public Optional<RuntimeException> guarded(String name, TxWork work) {
    var event = SlowTxEvent.started();
    var began = options.clocks().monotonic().instant();
    var thrown =
        savepoint(
            () -> {
              run(work);
              return Optional.<RuntimeException>empty();
            },
            Optional::of);
    var tookMs = options.clocks().monotonic().instant().toEpochMilli() - began.toEpochMilli();
    event.end(options.name(), name);
    if (tookMs > BUDGET_MS) {
      LOG.log(
          Level.WARNING,
          "application work held up the store: op={0} took={1}ms budget={2}ms",
          name,
          tookMs,
          BUDGET_MS);
    }
    return thrown;
  }

  /** Whatever the application's work throws is its own failure, and not the writer's. */
  private void run(TxWork work) {
    try {
      work.run(new StoreLocalTx(this, reserved));
    } catch (Exception | Error thrown) { // other languages throw what is checked here, unchecked
      throw Thrown.byGuest("application work", thrown);
    }
  }

  /** Runs {@code body} in a savepoint; what it throws undoes it and becomes a value. */
  <T> T savepoint(Supplier<T> body, java.util.function.Function<RuntimeException, T> failed) {
    var marks = new Marks(committed.size(), told.size(), undo.size(), last.size(), counts.size());
    script("SAVEPOINT op");
    try {
      var value = body.get();
      script("RELEASE op");
      return value;
    } catch (RuntimeException thrown) {
      if (end != null) throw end; // whatever became of it on its way: there is no savepoint left
      if (thrown instanceof StoreException cause && cause.fault() != StoreException.Fault.STATEMENT)
        throw thrown;
      rows.drop(); // of this savepoint: what was there before was written when it began
      script("ROLLBACK TO op");
      script("RELEASE op");
      rollBackTo(marks);
      return failed.apply(thrown);
    }
  }

  /** Runs what {@link #last} collected, including what those add; counts come last of all. */
  void runLast() {
    while (hasLast() || !counts.isEmpty()) {
      var next = hasLast() ? last.removeFirst() : counts.removeFirst();
      var _ = next.work().apply(this);
    }
    flush();
  }

  /**
   * The same, one of a batch in which something has failed: each has a savepoint of its own, and
   * one that throws is told and left out. Counts are not: without them the rest would not be true.
   */
  void runLastApart(BiConsumer<Op<?>, RuntimeException> leftOut) {
    while (hasLast() || !counts.isEmpty()) {
      if (!hasLast()) {
        var _ = counts.removeFirst().work().apply(this);
        continue;
      }
      var next = last.removeFirst();
      savepoint(
          () -> Optional.ofNullable(next.work().apply(this)).isPresent(),
          thrown -> {
            leftOut.accept(next, thrown);
            return false;
          });
    }
    flush();
  }

  private boolean hasLast() {
    return fused && !last.isEmpty();
  }

  /** What {@link #last} has collected and this transaction is not to do. */
  List<Op<?>> left() {
    return List.copyOf(last);
  }

  /** Gives pages that hold nothing back to the disk, at most so many. */
  void shrink(int pages) {
    changes++;
    script("PRAGMA incremental_vacuum(" + pages + ")");
  }

  /**
   * Gives the store another {@link Store#uuid} with this transaction: for one whose numbers cannot
   * be trusted any more.
   */
  public void renew() {
    identity.renew(this, options.chance());
  }

  /** The {@link Store#uuid} with this transaction: another than the store's once it is renewed. */
  public Bytes uuid() {
    return StoreIdentity.in(this);
  }

  /** The queue clock now. */
  Instant queueClock() {
    return clock.instant();
  }

  /** How many statements were to change rows. */
  int changes() {
    return changes;
  }

  /** The transaction is durable. */
  void committed() {
    committed.forEach(Runnable::run);
    told.forEach(Runnable::run);
  }

  /** The transaction is gone. */
  void rolledBack() {
    rollBackTo(new Marks(0, 0, 0, 0, 0));
  }

  /** How much was registered when a savepoint began. */
  private record Marks(int committed, int told, int undo, int last, int counts) {}

  private void rollBackTo(Marks marks) {
    rows.drop();
    committed.subList(marks.committed(), committed.size()).clear();
    told.subList(marks.told(), told.size()).clear();
    var gone = undo.subList(marks.undo(), undo.size());
    gone.reversed().forEach(Runnable::run);
    gone.clear();
    while (last.size() > marks.last()) last.removeLast();
    while (counts.size() > marks.counts()) counts.removeLast();
  }
}
