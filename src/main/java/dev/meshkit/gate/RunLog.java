package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Outbox;
import dev.meshkit.api.Result;
import dev.meshkit.gate.Ledger.LedgerTx;
import dev.meshkit.gate.Line.Spot;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one execution of a run writes, and under whose authority. Thread-safe.
 *
 * <p>The run's own row is written with its first effect, so that a run which has done nothing has
 * left nothing.
 */
final class RunLog {
  private static final System.Logger LOG = System.getLogger(RunLog.class.getName());

  private final Ground ground;
  private final RunRow run;
  private final byte[] named;
  private final Places places;
  private final AtomicLong rid;
  private volatile @Nullable Fence fence;
  private volatile @Nullable MeshError fenced;
  private volatile boolean grown;

  /**
   * What all runs of a store share.
   *
   * @param ledger where they are kept
   * @param outbox where messages go
   * @param build this build, for people
   * @param closing whether errors may be those of a shutdown
   */
  record Ground(Ledger ledger, Outbox outbox, String build, BooleanSupplier closing) {}

  /**
   * An execution.
   *
   * @param owner what tokens are made of: the store's identity, or the cluster's if they are shared
   */
  RunLog(Ground ground, RunRow run, Bytes owner, List<EffectRow> rows) {
    this.ground = ground;
    this.run = run;
    this.named = named(owner, run);
    this.places = new Places(run, rows);
    this.rid = new AtomicLong(run.rid());
  }

  Places places() {
    return places;
  }

  RunRow run() {
    return run;
  }

  Outbox outbox() {
    return ground.outbox();
  }

  long boot() {
    return ground.ledger().boot();
  }

  void mayWait(String what) {
    ground.ledger().mayWait(what);
  }

  GateCounts counts() {
    return ground.ledger().counts();
  }

  void under(Fence now) {
    fence = now;
  }

  /** The error of a later leader's, if one was met. */
  Optional<MeshError> fenced() {
    return Optional.ofNullable(fenced);
  }

  /** The error of what must be one. */
  static MeshError error(Result<?> result) {
    if (result instanceof Result.Err<?>(var error)) return error;
    throw new IllegalStateException("expected an error, and there is " + result);
  }

  /** Whether an error is an outcome: during a shutdown none is. */
  boolean isFinal(MeshError error) {
    return !ground.closing().getAsBoolean()
        && !Thread.currentThread().isInterrupted()
        && Outcome.isFinal(error);
  }

  /** The row of a deed before anything is known of it. */
  EffectRow row(Ask ask, Spot spot, EffectState state) {
    var type = ask.step().type();
    return new EffectRow(
        spot.step(),
        spot.occ(),
        spot.n(),
        state,
        ask.mode(),
        ask.input(),
        EffectRow.isPlain(ask.mode(), spot.step(), spot.n()) ? Bytes.EMPTY : token(spot),
        boot(),
        0,
        type.name(),
        type.schema(),
        EffectRow.NO_CRC,
        Bytes.EMPTY,
        Bytes.EMPTY);
  }

  /**
   * The first 16 bytes of SHA-256(owner ‖ change ‖ key ‖ step ‖ occurrence), texts ended by 0x00.
   * Fixed by the format; no version is in it, so that no flip makes a second name for one deed.
   */
  private Bytes token(Spot spot) {
    var step = spot.step().getBytes(StandardCharsets.UTF_8);
    var all = ByteBuffer.allocate(named.length + step.length + 1 + Integer.BYTES);
    return Rule.name(all.put(named).put(step).put((byte) 0).putInt(spot.occ()).array());
  }

  /** What the tokens of one run have in common. */
  private static byte[] named(Bytes owner, RunRow run) {
    var change = run.change().getBytes(StandardCharsets.UTF_8);
    var key = run.key().getBytes(StandardCharsets.UTF_8);
    var all = ByteBuffer.allocate(owner.size() + change.length + key.length + 2);
    return all.put(owner.asBuffer()).put(change).put((byte) 0).put(key).put((byte) 0).array();
  }

  /**
   * Writes the first row of a deed; what stands there then, which is another's if it had an outcome
   * already.
   */
  Result<EffectRow> begin(EffectRow row) throws InterruptedException {
    return intend(row).map(Claim::row);
  }

  /**
   * What stands in a place after somebody wanted to write there.
   *
   * @param row what stands there
   * @param isOurs whether it is what this execution wrote just now
   */
  record Claim(EffectRow row, boolean isOurs) {}

  /** The same, for who has to know whose it is. */
  Result<Claim> intend(EffectRow row) throws InterruptedException {
    var authority = fence;
    var isValue = row.isPlain() && row.st() == EffectState.OK;
    if (isValue) grown = true;
    Work<Claim> adding = (tx, number) -> claim(tx, number, row, tx.add(number, row));
    return written(
        authority,
        ground
            .ledger()
            .commit(
                "gate.effect", tx -> guarded(authority, tx, with -> fresh(with, isValue), adding)));
  }

  /** Writes an intent where {@code was} stands still. */
  Result<Claim> claim(EffectRow was, EffectRow row) throws InterruptedException {
    return commit(
        "gate.effect",
        (tx, number) -> {
          var isStill = tx.effect(number, was.id()).filter(there -> there.isStill(was)).isPresent();
          return claim(tx, number, row, isStill && tx.change(number, row));
        });
  }

  private Result<Claim> claim(LedgerTx tx, long number, EffectRow row, boolean isWritten) {
    return standing(tx, number, row, isWritten).map(there -> new Claim(there, isWritten));
  }

  /** Before a call whose intent is on disk: a deposed leader makes it no more. */
  Result<EffectRow> still(EffectRow row) throws InterruptedException {
    return fence == null ? Result.ok(row) : commit("gate.guard", (tx, _) -> Result.ok(row));
  }

  /**
   * Ends an execution. Of calls that it made, and nobody knows of, none is out any more: they are
   * in doubt. Where that cannot be written, or the store closes, the next start does.
   */
  void leave() throws InterruptedException {
    if (!places.isCallOut() || ground.closing().getAsBoolean()) return;
    var doubted = outcome(() -> ground.ledger().settle("gate.doubt", this::doubt));
    if (doubted instanceof Result.Err<Long>(var error))
      LOG.log(Level.WARNING, "calls of {0} are not told in doubt: {1}", run.text(), error.text());
  }

  private Result<Long> doubt(LedgerTx tx) {
    tx.doubt(rid.get());
    return Result.ok(rid.get());
  }

  /** Writes a later row of it; what stands there then, as with the first. */
  Result<EffectRow> change(EffectRow row) throws InterruptedException {
    return settle("gate.effect", (tx, number) -> standing(tx, number, row, tx.change(number, row)));
  }

  /** Another execution, which this one has outlived, may have come here with another step. */
  private Result<EffectRow> standing(LedgerTx tx, long number, EffectRow row, boolean isWritten) {
    if (isWritten) return Result.ok(row);
    var there = tx.standing(number, row);
    if (there.isEmpty() || there.get().id().equals(row.id())) return Result.ok(there.orElse(row));
    var renamed = new Mismatch(Mismatch.Kind.RENAMED, Ask.text(there.get()), Ask.text(row));
    return Result.err(places.park(renamed));
  }

  /** A row of what has happened. */
  @FunctionalInterface
  interface Writing<T> {
    Result<T> write() throws InterruptedException;
  }

  /** Writes what has happened: an interruption that came meanwhile waits until it is down. */
  static <T> Result<T> outcome(Writing<T> writing) throws InterruptedException {
    var interrupted = Thread.interrupted();
    try {
      return writing.write();
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  /** Work in a transaction of this run. */
  @FunctionalInterface
  interface Work<T> {
    Result<T> in(LedgerTx tx, long rid);
  }

  /** Work in one transaction with the run's row, behind the fence's guard. */
  <T> Result<T> commit(String name, Work<T> work) throws InterruptedException {
    var authority = fence;
    return written(
        authority, ground.ledger().commit(name, tx -> guarded(authority, tx, this::number, work)));
  }

  /** The same for what ends something. */
  private <T> Result<T> settle(String name, Work<T> work) throws InterruptedException {
    var authority = fence;
    return written(
        authority, ground.ledger().settle(name, tx -> guarded(authority, tx, this::number, work)));
  }

  private record Written<T>(long rid, T value) {}

  /** Of a run that was not there: in the rare case that it is, all of this is done again. */
  private long fresh(LedgerTx tx, boolean withValue) {
    return tx.begin(run, ground.build(), withValue);
  }

  /** The same for work that is not to be done again: it looks first. */
  private long number(LedgerTx tx) {
    return tx.find(run.change(), run.key()).orElseGet(() -> fresh(tx, false));
  }

  private <T> Result<Written<T>> guarded(
      @Nullable Fence authority, LedgerTx tx, ToLongFunction<LedgerTx> begin, Work<T> work) {
    try {
      if (authority != null) tx.guard(authority, run.change());
    } catch (MeshException refused) {
      return Result.err(refused.error());
    }
    var number = rid.get() > 0 ? rid.get() : begin.applyAsLong(tx);
    return work.in(tx, number).map(value -> new Written<>(number, value));
  }

  private <T> Result<T> written(@Nullable Fence authority, Result<Written<T>> answer) {
    return switch (answer) {
      case Result.Ok<Written<T>>(var written) -> {
        rid.set(written.rid());
        yield Result.ok(written.value());
      }
      case Result.Err<Written<T>>(var error) -> {
        if (authority != null && error.code().equals("error.fenced")) met(authority, error);
        yield Result.err(error);
      }
    };
  }

  private void met(Fence authority, MeshError later) {
    if (fenced == null) counts().fenced(authority, run.change());
    fenced = later;
  }

  /** Whether this execution has recorded values: they are listed when its end is marked. */
  boolean isGrown() {
    return grown;
  }

  /** Says how far the run is now, and that it is executed no more. */
  Result<Long> mark(RunState state, long expMs, long nowMs, long tombstoneMs)
      throws InterruptedException {
    return settle(
        "gate.run",
        (tx, number) -> {
          tx.mark(number, state, expMs);
          tx.tidy(nowMs, tombstoneMs);
          return Result.ok(number);
        });
  }
}
