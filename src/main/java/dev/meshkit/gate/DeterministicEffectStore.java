package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Outbox;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * What runs have done: each effect once, whatever dies in between. Thread-safe; calls block for
 * what they run, and belong on virtual threads.
 *
 * <p>In a store's file, in the same transactions as what effects change; or in memory, which keeps
 * every promise but that of surviving the process.
 *
 * <pre>
 * code                         means                                              then
 * error.version.conflict       the run began under a version this build lacks     run a build that has it
 * error.run.forgotten          the key was used long ago, or given up             use a key once
 * error.deterministic.replay   the branch does other things than are recorded     run a build that fits
 * error.fenced                 a later leader has been here                       stop
 * error.draining               this store is closing: nothing was done            execute it after the next start
 * error.store.…                it could not be read or recorded                   execute it again
 * </pre>
 */
public final class DeterministicEffectStore implements AutoCloseable {
  private final Ledger ledger;
  private final EffectOptions options;
  private final RunLog.Ground ground;
  private final ConcurrentMap<Name, Flight> running = new ConcurrentHashMap<>();
  private final ConcurrentMap<Version, Instant> lastUse = new ConcurrentHashMap<>(); // wall
  private volatile boolean closing;

  /** A version of a change. */
  private record Version(String change, int number) {}

  /** Which run. */
  private record Name(String change, String key) {}

  private DeterministicEffectStore(Ledger ledger, EffectOptions options, Outbox outbox) {
    this.ledger = ledger;
    this.options = options;
    this.ground = new RunLog.Ground(ledger, outbox, options.build(), () -> closing);
  }

  /**
   * Opens the effects of a store. Calls that an earlier process made at most once, and whose end it
   * did not see, are in doubt from here on. Once a process.
   */
  @SuppressWarnings("exports") // Store is for MeshKit's own packages
  public static Result<DeterministicEffectStore> open(
      Store store, EffectOptions options, Outbox outbox) throws InterruptedException {
    return StoreLedger.open(store).map(ledger -> on(ledger, options, outbox));
  }

  /** Effects in memory: SQL in their transactions fails. */
  @SuppressWarnings("exports") // Clocks are for MeshKit's own packages
  public static DeterministicEffectStore memory(
      Clocks clocks, Bytes identity, EffectOptions options, Outbox outbox) {
    return on(new MemoryLedger(clocks, identity), options, outbox);
  }

  static DeterministicEffectStore on(Ledger ledger, EffectOptions options, Outbox outbox) {
    return new DeterministicEffectStore(ledger, options, outbox);
  }

  Ledger ledger() {
    return ledger;
  }

  /**
   * Runs a piece of work under the version that it began with, or else the one that is decided now.
   * The branch runs on the caller's thread. Who executes a key that is just being executed waits
   * and gets the same result. A run that is over runs again over what is recorded: the same result,
   * and nothing done.
   *
   * @param change with its region put in
   * @throws IllegalStateException if the branch executes its own key
   */
  public <R> Result<R> execute(
      Change change,
      Subject subject,
      RunKey key,
      Supplier<Result<Decision>> decide,
      Branches<R> branches)
      throws InterruptedException {
    var name = new Name(change.name(), key.text());
    ledger.mayWait("executing " + name);
    while (true) {
      var mine = new Flight();
      var flight = running.putIfAbsent(name, mine);
      if (flight == null)
        return flown(name, mine, new Execution<>(change, subject, key, decide, branches));
      if (flight.isMine())
        throw new IllegalStateException("a branch executes its own run: " + name);
      var answer = flight.await();
      if (answer.isPresent()) return cast(answer.get());
    }
  }

  private record Execution<R>(
      Change change,
      Subject subject,
      RunKey key,
      Supplier<Result<Decision>> decide,
      Branches<R> branches) {}

  private <R> Result<R> flown(Name name, Flight flight, Execution<R> work)
      throws InterruptedException {
    try {
      var result = executed(work);
      flight.land(result);
      return result;
    } finally {
      running.remove(name, flight);
      flight.end();
    }
  }

  private <R> Result<R> executed(Execution<R> work) throws InterruptedException {
    if (closing) return Result.err(RunErrors.draining(work.change(), work.key()));
    if (work.key().isShared() && options.cluster().isEmpty())
      return Result.err(
          MeshError.validation(
              "executing " + work.key().text(),
              "its tokens are to be the cluster's, and this store belongs to none",
              "open it with the cluster's identity, or do not share the key"));
    var loaded = ledger.load(work.change().name(), work.key().text());
    if (loaded instanceof Result.Err<Optional<Ledger.Loaded>>(var error)) return Result.err(error);
    var known = loaded.orThrow();
    if (known.isPresent() && isForgotten(known.get().run()))
      return Result.err(RunErrors.forgotten(known.get().run()));
    var decided =
        known
            .map(Ledger.Loaded::run)
            .map(
                run ->
                    ledger
                        .counts()
                        .decided(
                            work.change(),
                            work.subject(),
                            Rule.pinned(work.change(), work.subject(), run.version(), run.epoch())))
            .orElseGet(work.decide());
    return switch (decided) {
      case Result.Ok<Decision>(var decision) -> ran(prepared(work, decision, known));
      case Result.Err<Decision>(var error) -> Result.err(error);
    };
  }

  /** A branch that is ready to run. */
  private record Ready<R>(Branch<R> branch, Run run, RunLog log) {}

  private <R> Ready<R> prepared(
      Execution<R> work, Decision decision, Optional<Ledger.Loaded> known) {
    var fresh =
        new RunRow(
            0,
            work.change().name(),
            work.subject().text(),
            work.key().text(),
            decision.version(),
            decision.epoch(),
            RunState.OPEN,
            false);
    var owner = work.key().isShared() ? options.cluster() : ledger.uuid();
    var log =
        new RunLog(
            ground,
            known.map(Ledger.Loaded::run).orElse(fresh),
            owner,
            known.map(Ledger.Loaded::effects).orElse(List.of()));
    var run = new Run(work.key(), decision, log);
    return new Ready<>(work.branches().at(decision.version()), run, log);
  }

  private <R> Result<R> ran(Ready<R> ready) throws InterruptedException {
    var log = ready.log();
    var version = new Version(log.run().change(), log.run().version());
    lastUse.put(version, ledger.wall());
    try {
      return ran(ready, log);
    } finally {
      lastUse.put(version, ledger.wall());
    }
  }

  private <R> Result<R> ran(Ready<R> ready, RunLog log) throws InterruptedException {
    Result<R> result;
    try {
      result = ready.branch().run(ready.run());
    } catch (RuntimeException thrown) { // a branch is the application's
      result = Result.err(Outcome.thrown("running " + log.run().text(), thrown));
    } finally {
      log.leave();
    }
    return ended(log, result);
  }

  /** What the run is now, and what its caller gets. */
  private <R> Result<R> ended(RunLog log, Result<R> result) throws InterruptedException {
    var fenced = log.fenced();
    if (fenced.isPresent()) return Result.err(fenced.get());
    var isFinal = result.isOk() || log.isFinal(RunLog.error(result));
    var misfit = log.places().misfit(isFinal);
    misfit.ifPresent(error -> ledger.counts().parked(log.run(), error));
    if (misfit.isPresent())
      return marked(log, RunState.PARKED).flatMap(_ -> Result.err(misfit.get()));
    var isOpen = !isFinal || log.places().isUnfinished();
    var state = isOpen ? RunState.OPEN : result.isOk() ? RunState.DONE : RunState.FAILED;
    var marked = marked(log, state);
    return result.isOk() ? marked.flatMap(_ -> result) : result; // its own error says more
  }

  private Result<Unit> marked(RunLog log, RunState state) throws InterruptedException {
    var was = log.run().st();
    if (was.isOver() || (was == state && !log.isGrown())) return Result.ok();
    var nowMs = ledger.clock().toEpochMilli();
    var expMs = state.isOver() ? nowMs + options.keep().toMillis() : 0;
    return log.mark(state, expMs, nowMs, options.tombstone().toMillis()).map(_ -> Unit.UNIT);
  }

  /**
   * Removes what has been kept for long enough, a step of it: whether there may be more. Runs that
   * are open, parked or in doubt stay.
   */
  public Result<Boolean> sweep() throws InterruptedException {
    var nowMs = ledger.clock().toEpochMilli();
    var tombstoneMs = options.tombstone().toMillis();
    return ledger.commit("gate.sweep", tx -> Result.ok(tx.expire(nowMs, tombstoneMs, 1_024)));
  }

  /**
   * Gives a run up: it is never executed again, and what it has done stays done. {@code
   * error.not_found} without such a run, {@code error.precondition} if it is over or just being
   * executed.
   */
  public Result<Unit> abandon(String change, RunKey key) throws InterruptedException {
    return abandon(change, key, false);
  }

  /** What {@link #abandon} would answer now; changes nothing. */
  public Result<Unit> mayAbandon(String change, RunKey key) throws InterruptedException {
    return abandon(change, key, true);
  }

  private Result<Unit> abandon(String change, RunKey key, boolean dry) throws InterruptedException {
    var name = new Name(change, key.text());
    var what = "abandoning run " + key.text() + " of " + change;
    return alone(name, what, () -> abandoned(name, what, dry));
  }

  private Result<Unit> abandoned(Name name, String what, boolean dry) throws InterruptedException {
    var expMs = ledger.clock().plus(options.keep()).toEpochMilli();
    return ledger.commit(
        "gate.abandon",
        tx -> {
          var run = tx.run(name.change(), name.key());
          if (run.isEmpty()) return Result.<Unit>err(RunErrors.notFound(what));
          var st = run.get().st();
          if (st.isOver() || st == RunState.ABANDONED)
            return Result.<Unit>err(RunErrors.busy(what));
          if (!dry) tx.mark(run.get().rid(), RunState.ABANDONED, expMs);
          return Result.ok();
        });
  }

  /**
   * An operator's word on a call of which nobody knows. {@code error.not_found} if nothing of that
   * name is in doubt, {@code error.precondition} while its run is being executed, {@code
   * error.validation} of a value that is none of a type of {@link ValueType}'s own.
   *
   * @param step as {@code v_effects} shows it, without the repeat
   * @param said what happened: the recorded bytes of its value, or that it did not
   */
  public Result<Unit> resolve(
      String change, RunKey key, String step, int repeat, Resolver.Answer<Bytes> said)
      throws InterruptedException {
    return word(new Word(change, key.text(), new EffectRow.Id(step, repeat), said), false);
  }

  /** What {@link #resolve} would answer now; changes nothing. */
  public Result<Unit> mayResolve(
      String change, RunKey key, String step, int repeat, Resolver.Answer<Bytes> said)
      throws InterruptedException {
    return word(new Word(change, key.text(), new EffectRow.Id(step, repeat), said), true);
  }

  private Result<Unit> word(Word word, boolean dry) throws InterruptedException {
    return alone(
        new Name(word.change(), word.key()),
        word.text(),
        () -> ledger.commit("gate.resolve", tx -> word.in(tx, dry)));
  }

  /**
   * When this process last used each version of a change, by the wall clock: now, while a run of it
   * is open or parked. Blocks for a read.
   *
   * @param change its name, the region put in
   */
  public Result<Map<Integer, Instant>> uses(String change) throws InterruptedException {
    var uses = new TreeMap<Integer, Instant>();
    lastUse.forEach(
        (version, at) -> {
          if (version.change().equals(change)) uses.put(version.number(), at);
        });
    return ledger
        .open(change)
        .map(
            open -> {
              for (var version : open) uses.put(version, ledger.wall());
              return uses;
            });
  }

  /** The runs that are open or parked. Blocks for a read. */
  public Result<List<UnfinishedRuns>> unfinished() throws InterruptedException {
    return ledger.unfinished();
  }

  /** What may not run beside a run's branch. */
  @FunctionalInterface
  private interface Alone {
    Result<Unit> done() throws InterruptedException;
  }

  /** Takes the run's place, so that nobody executes it meanwhile; refused while somebody does. */
  private Result<Unit> alone(Name name, String what, Alone work) throws InterruptedException {
    var mine = new Flight();
    if (running.putIfAbsent(name, mine) != null) return Result.err(RunErrors.busy(what));
    try {
      return work.done();
    } finally {
      running.remove(name, mine);
      mine.end(); // who waited looks for itself
    }
  }

  /**
   * From here on nothing is begun, and no error is taken for an outcome, for it may be that of the
   * shutdown. Idempotent; does not wait for branches, which their owners interrupt.
   */
  @Override
  public void close() {
    closing = true;
  }

  boolean isClosing() {
    return closing;
  }

  private static boolean isForgotten(RunRow run) {
    return run.isGone() || run.st() == RunState.ABANDONED;
  }

  /** A key names one piece of work, which has one type of result. */
  @SuppressWarnings("unchecked")
  private static <R> Result<R> cast(Result<?> answer) {
    return (Result<R>) answer;
  }
}
