package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import dev.meshkit.store.Fences;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreTx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs, effects and entries in a store's file. Thread-safe.
 *
 * @param store the file
 * @param counts in the meters of the store
 * @param numbers of its runs
 * @param trails of the values of those that are executed
 * @param decisions that it is yet to keep
 * @param tidying of what is kept for long enough
 */
record StoreLedger(
    Store store,
    GateCounts counts,
    RunNumbers numbers,
    Trails trails,
    Decisions decisions,
    Tidying tidying)
    implements Ledger {
  /** The ledger of a store; what was called by an earlier process and not answered is in doubt. */
  static Result<Ledger> open(Store store) throws InterruptedException {
    var ledger = of(store);
    return store
        .submit(
            Op.record(
                "gate.open",
                tx -> {
                  tx.update(FirstDecision.TRIM, Decisions.MOST);
                  ledger.trails.open(tx);
                  return tx.update(RunTable.DOUBT, store.boot());
                }))
        .onOk(_ -> ledger.counts().levels(Metric.GATE_RUNS, ledger::levels))
        .map(_ -> ledger);
  }

  private static StoreLedger of(Store store) {
    var decisions = new Decisions(store.clocks().wall());
    var counts = GateCounts.in(store.meters());
    var trails = Trails.of(store);
    return new StoreLedger(store, counts, new RunNumbers(), trails, decisions, new Tidying(trails));
  }

  /** Nothing while the file cannot be read: its health says that. */
  private List<Meters.Level> levels() {
    try {
      return store
          .read(reading -> reading.query(RunTable.LEVELS, RunTable::levels).getFirst())
          .or(List.of());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  @Override
  public Bytes uuid() {
    return store.uuid();
  }

  @Override
  public long boot() {
    return store.boot();
  }

  @Override
  public Instant wall() {
    return store.clocks().wall().instant();
  }

  @Override
  public Instant clock() {
    return store.clock().instant();
  }

  @Override
  public void mayWait(String what) {
    store.mayWait(what);
  }

  @Override
  public Result<Optional<FirstDecision>> first(String change, String subject)
      throws InterruptedException {
    return store
        .read(reading -> reading.query(FirstDecision.FIND, FirstDecision::of, change, subject))
        .map(
            rows ->
                Stream.concat(rows.stream(), decisions.of(change, subject).stream())
                    .reduce(FirstDecision::later));
  }

  @Override
  public Result<List<String>> subjects(String change) throws InterruptedException {
    var all = new TreeSet<String>();
    var last = "";
    while (true) {
      var after = last;
      var page =
          store.read(
              reading ->
                  reading.query(
                      FirstDecision.SUBJECTS,
                      row -> row.getString(1),
                      change,
                      after,
                      RunTable.PAGE_ROWS));
      if (!(page instanceof Result.Ok<List<String>>(var some))) return page;
      all.addAll(some);
      if (some.size() < RunTable.PAGE_ROWS) break;
      last = some.getLast(); // in the order of the file, which is not that of Java
    }
    decisions.subjects(change).forEach(all::add);
    return Result.ok(List.copyOf(all));
  }

  @Override
  public Result<Optional<Loaded>> load(String change, String key) throws InterruptedException {
    var run = store.read(reading -> reading.query(RunTable.FIND, RunTable::run, change, key));
    if (run instanceof Result.Err<List<RunRow>>(var error)) return Result.err(error);
    if (run.orThrow().isEmpty()) return Result.ok(Optional.empty());
    var row = run.orThrow().getFirst();
    var effects = effects(row.rid());
    if (effects instanceof Result.Err<List<EffectRow>>(var error)) return Result.err(error);
    return values(row.rid())
        .map(values -> Stream.concat(effects.orThrow().stream(), values.stream()).toList())
        .map(all -> Optional.of(new Loaded(row, all)));
  }

  /** Page by page, so that no read holds up the others. */
  private Result<List<EffectRow>> effects(long rid) throws InterruptedException {
    var all = new ArrayList<EffectRow>();
    var from = RunTable.Page.FIRST;
    while (true) {
      var next = from;
      var page = store.read(reading -> RunTable.page(reading, rid, next));
      if (page instanceof Result.Err<List<EffectRow>>(var error)) return Result.err(error);
      all.addAll(page.orThrow());
      if (page.orThrow().size() < RunTable.PAGE_ROWS) return Result.ok(all);
      from = next.after(page.orThrow().getLast());
    }
  }

  /** The same; what no list has comes first, since it may come into one meanwhile. */
  private Result<List<EffectRow>> values(long rid) throws InterruptedException {
    var all = new TreeMap<Long, EffectRow>();
    while (true) {
      var from = all.isEmpty() ? 0 : all.lastKey() + 1;
      var page = store.read(reading -> ValueTable.unlisted(reading, rid, from));
      if (page instanceof Result.Err<List<ValueTable.Value>>(var error)) return Result.err(error);
      for (var value : page.orThrow()) all.put(value.id(), value.row());
      if (page.orThrow().size() < RunTable.PAGE_ROWS) break;
    }
    var lists = store.read(reading -> ValueTable.lists(reading, rid));
    if (lists instanceof Result.Err<List<ValueTable.Ids>>(var error)) return Result.err(error);
    var ids = lists.orThrow().stream().flatMap(list -> list.ids().stream()).toList();
    for (var from = 0; from < ids.size(); from += RunTable.PAGE_ROWS) {
      var some = ids.subList(from, Math.min(ids.size(), from + RunTable.PAGE_ROWS));
      var page = store.read(reading -> ValueTable.some(reading, rid, some));
      if (page instanceof Result.Err<List<ValueTable.Value>>(var error)) return Result.err(error);
      for (var value : page.orThrow()) all.put(value.id(), value.row());
    }
    return Result.ok(List.copyOf(all.values()));
  }

  @Override
  public Result<List<Integer>> open(String change) throws InterruptedException {
    return store.read(
        reading -> {
          var versions = new ArrayList<Integer>();
          while (versions.size() < MOST_VERSIONS) {
            var last = versions.isEmpty() ? 0 : versions.getLast();
            var next = reading.query(RunTable.OPEN, row -> row.getInt(1), change, last);
            if (next.isEmpty()) break;
            versions.add(next.getFirst());
          }
          return versions;
        });
  }

  @Override
  public Result<List<UnfinishedRuns>> unfinished() throws InterruptedException {
    return store.read(reading -> reading.query(RunTable.UNFINISHED, UnfinishedRuns::of));
  }

  @Override
  public Result<Adopted> adopted() throws InterruptedException {
    var records = new HashMap<String, RecordId>();
    var seen =
        store.read(
            reading ->
                reading.query(
                    GateRows.RECORDS,
                    row -> records.put(row.getString("scope"), GateRows.record(row)) == null));
    if (seen instanceof Result.Err<List<Boolean>>(var error)) return Result.err(error);
    var all = new ArrayList<Committed>();
    while (true) {
      var after = all.isEmpty() ? "" : all.getLast().entry().change();
      var page = store.read(reading -> reading.query(GateRows.PAGE, GateRows::committed, after));
      if (page instanceof Result.Err<List<Committed>>(var error)) return Result.err(error);
      all.addAll(page.orThrow());
      if (page.orThrow().size() < 256) return Result.ok(new Adopted(all, records));
    }
  }

  @Override
  public <T> Result<T> commit(String name, Function<LedgerTx, Result<T>> work)
      throws InterruptedException {
    return store.submit(Op.record(name, now(work))).flatMap(answer -> answer);
  }

  @Override
  public <T> Result<T> settle(String name, Function<LedgerTx, Result<T>> work)
      throws InterruptedException {
    return store.submit(Op.settle(name, now(work))).flatMap(answer -> answer);
  }

  /** Work in the words of the store, at the time by the wall clock at which it was asked for. */
  private <T> Function<StoreTx, Result<T>> now(Function<LedgerTx, Result<T>> work) {
    var wallMs = wall().toEpochMilli();
    return tx -> {
      decisions.save(tx);
      return work.apply(new Tx(tx, this, wallMs));
    };
  }

  private record Tx(StoreTx tx, StoreLedger ledger, long wallMs) implements LedgerTx {
    @Override
    public long begin(RunRow run, String build, boolean withValue) {
      var there = tx.isApart() ? find(run.change(), run.key()) : Optional.<Long>empty();
      if (there.isPresent()) return there.get();
      var rid = ledger.numbers().next(tx);
      var since = withValue ? ledger.trails().begin(tx, rid) : 0;
      RunTable.begin(tx, rid, run, build, wallMs, since);
      return rid;
    }

    @Override
    public Optional<Long> find(String change, String key) {
      return RunTable.find(tx, change, key);
    }

    @Override
    public Optional<RunRow> run(String change, String key) {
      return tx.first(RunTable.FIND, RunTable::run, change, key);
    }

    @Override
    public void mark(long rid, RunState state, long expMs) {
      ledger.trails().list(tx, rid);
      RunTable.mark(tx, rid, state, expMs, wallMs);
    }

    @Override
    public boolean put(long rid, EffectRow row) {
      return row.isPlain() ? inPlace(rid, row) : RunTable.put(tx, rid, row, wallMs);
    }

    @Override
    public boolean add(long rid, EffectRow row) {
      if (row.isPlain()) return inPlace(rid, row);
      if (tx.isApart()) return put(rid, row);
      RunTable.add(tx, rid, row, wallMs);
      return true;
    }

    /** A value that is known by its place, or why there is none. */
    private boolean inPlace(long rid, EffectRow row) {
      if (row.st() == EffectState.OK) return ledger.trails().add(tx, rid, row, wallMs);
      if (!ledger.trails().take(tx, rid, row.n())) return false;
      RunTable.add(tx, rid, row, wallMs);
      return true;
    }

    @Override
    public boolean change(long rid, EffectRow row) {
      return RunTable.change(tx, rid, row, wallMs);
    }

    @Override
    public void doubt(long rid) {
      tx.update(RunTable.DOUBT_ONE, rid);
    }

    @Override
    public Optional<EffectRow> standing(long rid, EffectRow row) {
      return RunTable.standing(tx, rid, row)
          .or(
              () ->
                  row.isPlain()
                      ? ledger.trails().standing(tx, rid, row.n())
                      : Optional.<EffectRow>empty());
    }

    @Override
    public Optional<EffectRow> effect(long rid, EffectRow.Id id) {
      return RunTable.effect(tx, rid, id);
    }

    @Override
    public void guard(Fence fence, String resource) {
      Fences.guard(tx, fence, resource);
    }

    @Override
    public Optional<RuntimeException> guarded(String name, Function<LocalTx, ?> work) {
      return tx.guarded(
          name,
          local -> {
            var _ = work.apply(local);
          });
    }

    @Override
    public boolean expire(long nowMs, long tombstoneMs, int most) {
      var _ = ledger.trails().write(tx);
      return RunTable.expire(tx, nowMs, tombstoneMs, most);
    }

    @Override
    public void tidy(long nowMs, long tombstoneMs) {
      ledger.tidying().ask(tx, nowMs, tombstoneMs);
    }

    @Override
    public boolean adopt(Adoption adoption) {
      return GateRows.adopt(tx, adoption, wallMs);
    }
  }
}
