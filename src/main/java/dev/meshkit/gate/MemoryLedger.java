package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.api.Token;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Fences;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs, effects and entries in memory, for the simulator: every promise of the file but that of
 * surviving the process. Thread-safe: guarded by this.
 */
final class MemoryLedger implements Ledger {
  private final Clocks clocks;
  private final Bytes uuid;
  private final Map<Long, Kept> runs = new TreeMap<>();
  private final Map<Long, Map<EffectRow.Id, EffectRow>> effects = new HashMap<>();
  private final Map<String, Fence> fences = new HashMap<>();
  private final Set<Token> once = new HashSet<>();
  private final Map<String, Map<String, Committed>> gates = new TreeMap<>();
  private final Map<String, RecordId> records = new HashMap<>();
  private final Decisions decisions;
  private long boot = 1;
  private long lastRid;
  private boolean inTransaction;

  /** A run and when it may go. */
  private record Kept(RunRow run, long expMs) {}

  MemoryLedger(Clocks clocks, Bytes uuid) {
    this.clocks = clocks;
    this.uuid = uuid;
    this.decisions = new Decisions(clocks.wall());
  }

  /** As if the process had ended and another opened the file. */
  synchronized void restart() {
    boot++;
    for (var rows : effects.values()) {
      rows.replaceAll(
          (_, row) ->
              row.mode() == Mode.AT_MOST_ONCE && !row.st().isSettled() && row.boot() > 0
                  ? row.asked(0)
                  : row);
    }
  }

  @Override
  public Bytes uuid() {
    return uuid;
  }

  @Override
  public synchronized long boot() {
    return boot;
  }

  @Override
  public Instant wall() {
    return clocks.wall().instant();
  }

  @Override
  public Instant clock() {
    return clocks.monotonic().instant();
  }

  @Override
  public Decisions decisions() {
    return decisions;
  }

  @Override
  public Result<Optional<FirstDecision>> first(String change, String subject) {
    return Result.ok(decisions.of(change, subject));
  }

  @Override
  public Result<List<String>> subjects(String change) {
    return Result.ok(decisions.subjects(change).sorted().toList());
  }

  @Override
  public void mayWait(String what) {
    if (!Thread.holdsLock(this)) return;
    throw new IllegalStateException(what + " would wait for the transaction it is called in");
  }

  @Override
  public synchronized Result<Optional<Loaded>> load(String change, String key) {
    return Result.ok(
        of(change, key)
            .map(
                run ->
                    new Loaded(
                        run, List.copyOf(effects.getOrDefault(run.rid(), Map.of()).values()))));
  }

  private Optional<RunRow> of(String change, String key) {
    return runs.values().stream()
        .map(Kept::run)
        .filter(run -> run.change().equals(change) && run.key().equals(key))
        .findFirst();
  }

  @Override
  public synchronized Result<List<Integer>> open(String change) {
    return Result.ok(
        runs.values().stream()
            .map(Kept::run)
            .filter(run -> run.change().equals(change))
            .filter(run -> run.st() == RunState.OPEN || run.st() == RunState.PARKED)
            .map(RunRow::version)
            .distinct()
            .sorted()
            .limit(MOST_VERSIONS)
            .toList());
  }

  @Override
  public synchronized Result<List<UnfinishedRuns>> unfinished() {
    var all = new TreeMap<String, UnfinishedRuns>();
    for (var kept : runs.values()) {
      var run = kept.run();
      if (run.st() != RunState.OPEN && run.st() != RunState.PARKED) continue;
      var parked = run.st() == RunState.PARKED ? 1 : 0;
      all.merge(
          run.change() + "::v" + run.version(),
          new UnfinishedRuns(run.change(), run.version(), 1, parked),
          (a, b) ->
              new UnfinishedRuns(
                  a.change(), a.version(), a.number() + b.number(), a.parked() + b.parked()));
    }
    return Result.ok(List.copyOf(all.values()));
  }

  @Override
  public synchronized Result<Adopted> adopted() {
    var all = gates.values().stream().flatMap(scope -> scope.values().stream()).toList();
    return Result.ok(new Adopted(all, records));
  }

  @Override
  public synchronized <T> Result<T> commit(String name, Function<LedgerTx, Result<T>> work) {
    if (inTransaction) throw new IllegalStateException(name + " within a transaction");
    inTransaction = true;
    var tx = new Tx();
    try {
      return work.apply(tx);
    } catch (RuntimeException thrown) {
      tx.undo(0);
      return Result.err(
          MeshError.of(
              "error.store.op",
              name,
              "it threw " + thrown,
              "nothing happened; this is a fault of MeshKit: report it",
              MeshError.Retry.SAFE));
    } finally {
      inTransaction = false;
    }
  }

  @Override
  public <T> Result<T> settle(String name, Function<LedgerTx, Result<T>> work) {
    return commit(name, work);
  }

  /** By what a row is found: its step, or its place where that is what it is known by. */
  private static EffectRow.Id where(EffectRow row) {
    return row.isPlain() ? new EffectRow.Id("", row.n()) : row.id();
  }

  private <K, V> void put(Map<K, V> map, K key, V value, List<Runnable> undo) {
    var had = map.containsKey(key);
    var before = map.put(key, value);
    undo.add(
        () -> {
          if (had) map.put(key, before);
          else map.remove(key);
        });
  }

  private <K, V> void remove(Map<K, V> map, K key, List<Runnable> undo) {
    if (!map.containsKey(key)) return;
    var before = map.remove(key);
    undo.add(() -> map.put(key, before));
  }

  /** One change, made or undone as a whole, by the thread that holds the lock. */
  private final class Tx implements LedgerTx {
    private final List<Runnable> undo = new ArrayList<>();

    void undo(int mark) {
      var gone = undo.subList(mark, undo.size());
      gone.reversed().forEach(Runnable::run);
      gone.clear();
    }

    @Override
    public long begin(RunRow run, String build, boolean withValue) {
      var there = find(run.change(), run.key());
      if (there.isPresent()) return there.get();
      var rid = ++lastRid;
      put(runs, rid, new Kept(run.at(rid), 0), undo);
      return rid;
    }

    @Override
    public Optional<Long> find(String change, String key) {
      return of(change, key).map(RunRow::rid);
    }

    @Override
    public Optional<RunRow> run(String change, String key) {
      return of(change, key);
    }

    @Override
    public void mark(long rid, RunState state, long expMs) {
      var kept = runs.get(rid);
      if (kept != null) put(runs, rid, new Kept(marked(kept.run(), state), expMs), undo);
    }

    private RunRow marked(RunRow run, RunState state) {
      return new RunRow(
          run.rid(),
          run.change(),
          run.subject(),
          run.key(),
          run.version(),
          run.epoch(),
          state,
          run.isGone());
    }

    @Override
    public boolean put(long rid, EffectRow row) {
      var rows = effects.computeIfAbsent(rid, _ -> new HashMap<>());
      if (rows.containsKey(where(row))) return false;
      MemoryLedger.this.put(rows, where(row), row, undo);
      return true;
    }

    @Override
    public boolean add(long rid, EffectRow row) {
      return put(rid, row);
    }

    @Override
    public boolean change(long rid, EffectRow row) {
      var rows = effects.computeIfAbsent(rid, _ -> new HashMap<>());
      var before = rows.get(where(row));
      if (before == null || before.st().isSettled()) return false;
      MemoryLedger.this.put(rows, where(row), row, undo);
      return true;
    }

    @Override
    public void doubt(long rid) {
      for (var row : List.copyOf(effects.getOrDefault(rid, Map.of()).values()))
        if (row.isCallOut()) change(rid, row.asked(0));
    }

    @Override
    public Optional<EffectRow> standing(long rid, EffectRow row) {
      return effect(rid, where(row));
    }

    @Override
    public Optional<EffectRow> effect(long rid, EffectRow.Id id) {
      return Optional.ofNullable(effects.getOrDefault(rid, Map.of()).get(id));
    }

    @Override
    public void guard(Fence fence, String resource) {
      var key = fence.scope().text() + "\0" + resource;
      var newest = fences.getOrDefault(key, fence);
      if (fence.compareTo(newest) < 0)
        throw new MeshException(Fences.fenced(fence, newest, resource));
      MemoryLedger.this.put(fences, key, fence, undo);
    }

    @Override
    public Optional<RuntimeException> guarded(String name, Function<LocalTx, ?> work) {
      var mark = undo.size();
      try {
        var _ = work.apply(new Local());
        return Optional.empty();
      } catch (RuntimeException thrown) {
        undo(mark);
        return Optional.of(thrown);
      }
    }

    @Override
    public void tidy(long nowMs, long tombstoneMs) {
      var _ = expire(nowMs, tombstoneMs, 16);
    }

    @Override
    public boolean expire(long nowMs, long tombstoneMs, int most) {
      var over =
          runs.values().stream()
              .filter(kept -> kept.expMs() > 0 && kept.expMs() <= nowMs)
              .min(java.util.Comparator.comparingLong(Kept::expMs));
      if (over.isEmpty()) return false;
      var run = over.get().run();
      if (run.isGone()) {
        remove(runs, run.rid(), undo);
        return true;
      }
      remove(effects, run.rid(), undo);
      var gone =
          new RunRow(
              run.rid(),
              run.change(),
              run.subject(),
              run.key(),
              run.version(),
              run.epoch(),
              run.st(),
              true);
      put(runs, run.rid(), new Kept(gone, nowMs + tombstoneMs), undo);
      return true;
    }

    private <K, V> void put(Map<K, V> map, K key, V value, List<Runnable> undone) {
      MemoryLedger.this.put(map, key, value, undone);
    }

    @Override
    public boolean adopt(Adoption adoption) {
      var scope = adoption.scope().text();
      var seen = records.getOrDefault(scope, RecordId.NONE);
      if (adoption.record().compareTo(seen) <= 0) return false;
      var merged =
          GateRows.merged(gates.getOrDefault(scope, Map.of()), adoption).stream()
              .collect(Collectors.toMap(one -> one.entry().change(), Function.identity()));
      put(records, scope, adoption.record(), undo);
      put(gates, scope, merged, undo);
      return true;
    }

    /** It has no tables: SQL in it fails. */
    private final class Local implements LocalTx {
      @Override
      public List<List<Object>> query(String sql, Object... parameters) {
        throw noTables(sql);
      }

      @Override
      public int update(String sql, Object... parameters) {
        throw noTables(sql);
      }

      @Override
      public boolean once(Token token) {
        if (!once.add(token)) return false;
        undo.add(() -> once.remove(token));
        return true;
      }

      @Override
      public void guard(Fence fence, String resource) {
        Tx.this.guard(fence, resource);
      }
    }
  }

  private static MeshException noTables(String sql) {
    return new MeshException(
        MeshError.of(
            "error.precondition",
            "running " + sql,
            "an effect store in memory has no tables",
            "open it in a file, or keep what it writes elsewhere",
            MeshError.Retry.NEVER));
  }
}
