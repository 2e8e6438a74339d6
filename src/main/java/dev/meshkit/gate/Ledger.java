package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.Result;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where runs, effects and adopted entries are kept: a store's file, or memory. Thread-safe; calls
 * block for a commit or a read.
 */
interface Ledger {
  /** The most versions of a change that are looked for among open runs. */
  int MOST_VERSIONS = 64;

  /** What its own tokens are made of: 16 bytes that no other store has. */
  Bytes uuid();

  /** Which start this is, from 1. */
  long boot();

  /** The wall clock, for people. */
  Instant wall();

  /** The clock of retention: goes on across restarts. */
  Instant clock();

  /** Where decisions and effects are counted. */
  default GateCounts counts() {
    return GateCounts.NONE;
  }

  /** What was decided first. */
  Decisions decisions();

  /** What a subject was given first in the last epoch that it was decided in, if it was. */
  Result<Optional<FirstDecision>> first(String change, String subject) throws InterruptedException;

  /** Who was given something of a change, as far as that is kept, in order. */
  Result<List<String>> subjects(String change) throws InterruptedException;

  /** Refuses to wait for a transaction within one. */
  void mayWait(String what);

  /** A run and all its effects, if its key is known. */
  Result<Optional<Loaded>> load(String change, String key) throws InterruptedException;

  /** The versions that have open or parked runs of a change, at most 64, the lowest first. */
  Result<List<Integer>> open(String change) throws InterruptedException;

  /** The runs that are open or parked, of at most 256 versions of changes. */
  Result<List<UnfinishedRuns>> unfinished() throws InterruptedException;

  /** What was last adopted. */
  Result<Adopted> adopted() throws InterruptedException;

  /**
   * Runs {@code work} in one transaction, durable when this returns its answer. An Err of it undoes
   * nothing; an exception undoes it. It may run more than once.
   */
  <T> Result<T> commit(String name, Function<LedgerTx, Result<T>> work) throws InterruptedException;

  /**
   * The same for the end of what has begun: of what is committed together, all ends come first, so
   * that beginnings follow each other and are written together.
   */
  <T> Result<T> settle(String name, Function<LedgerTx, Result<T>> work) throws InterruptedException;

  /**
   * A run with its effects.
   *
   * @param run the run
   * @param effects in no order
   */
  record Loaded(RunRow run, List<EffectRow> effects) {
    /** Copies the list. */
    public Loaded {
      effects = List.copyOf(effects);
    }
  }

  /**
   * What was adopted.
   *
   * @param entries the entries, each with the record that it first came with
   * @param records the newest record of each scope
   */
  record Adopted(List<Committed> entries, Map<String, RecordId> records) {
    /** Copies both. */
    public Adopted {
      entries = List.copyOf(entries);
      records = Map.copyOf(records);
    }
  }

  /** One transaction. Confined to the call it is given to. */
  interface LedgerTx {
    /**
     * The run's number; it is written unless it is there, which it hardly ever is.
     *
     * @param withValue whether what it begins with is a value in its place
     */
    long begin(RunRow run, String build, boolean withValue);

    /** The run's number, if it is there. */
    Optional<Long> find(String change, String key);

    /** The run as it is, if it is there. */
    Optional<RunRow> run(String change, String key);

    /** Says how far a run is; {@code expMs} is when it may go, 0 for never. */
    void mark(long rid, RunState state, long expMs);

    /** Writes an effect where nothing stands; whether it did. */
    boolean put(long rid, EffectRow row);

    /** The same of one that is hardly ever there. */
    boolean add(long rid, EffectRow row);

    /** Writes an effect over itself, unless it has an outcome already; whether it did. */
    boolean change(long rid, EffectRow row);

    /** Calls of AT_MOST_ONCE that a run has made, and whose end nobody saw, are in doubt. */
    void doubt(long rid);

    /** What stands where an effect would: itself, or what else is recorded in its place. */
    Optional<EffectRow> standing(long rid, EffectRow row);

    /** One effect that has a token, if it is there. */
    Optional<EffectRow> effect(long rid, EffectRow.Id id);

    /** Lets an equal or newer fence pass; {@code MeshException error.fenced} changes nothing. */
    void guard(Fence fence, String resource);

    /** Runs application work that is undone by what it throws. */
    Optional<RuntimeException> guarded(String name, Function<LocalTx, ?> work);

    /**
     * Removes what has expired, at most {@code most} effects or runs; what is left of those it
     * begins with goes first. Whether there may be more.
     *
     * @param tombstoneMs for how long the name of a run is kept after its effects
     */
    boolean expire(long nowMs, long tombstoneMs, int most);

    /** Has a little of that done at the end of this batch: as much for each that asks. */
    void tidy(long nowMs, long tombstoneMs);

    /**
     * Replaces what was adopted of a scope by what a newer record holds, and logs what differs;
     * false, and nothing changes, if it is not newer.
     */
    boolean adopt(Adoption adoption);
  }
}
