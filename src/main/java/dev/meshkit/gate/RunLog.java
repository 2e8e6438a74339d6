package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Outbox;
import dev.meshkit.api.Result;
import dev.meshkit.api.Token;
import dev.meshkit.gate.Ledger.LedgerTx;
import dev.meshkit.gate.Line.Spot;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one execution of a run writes, and under whose authority. Thread-safe.
 *
 * <p>The run's own row is written with its first effect, so that a run which has done nothing has
 * left nothing.
 */
final class RunLog {
  private final Ground ground;
  private final RunRow run;
  private final Bytes owner;
  private final Places places;
  private final AtomicLong rid;
  private volatile @Nullable Fence fence;
  private volatile @Nullable MeshError fenced;

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
    this.owner = owner;
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
        token(spot),
        boot(),
        0,
        type.name(),
        type.schema(),
        EffectRow.crc(Bytes.EMPTY, Bytes.EMPTY),
        Bytes.EMPTY,
        Bytes.EMPTY);
  }

  /**
   * The first 16 bytes of SHA-256(owner ‖ change ‖ key ‖ step ‖ occurrence), texts ended by 0x00.
   * Fixed by the format; no version is in it, so that no flip makes a second name for one deed.
   */
  private Token token(Spot spot) {
    var end = Bytes.of((byte) 0);
    var occ = Bytes.of(ByteBuffer.allocate(Integer.BYTES).putInt(0, spot.occ()));
    var change = Bytes.utf8(run.change());
    var key = Bytes.utf8(run.key());
    var step = Bytes.utf8(spot.step());
    return new Token(Rule.name(List.of(owner, change, end, key, end, step, end, occ)));
  }

  /** Writes a row; what stands there then, which is another's if it had an outcome already. */
  Result<EffectRow> record(EffectRow row) throws InterruptedException {
    return commit(
        "gate.effect",
        (tx, number) -> {
          if (tx.put(number, row)) return Result.ok(row);
          return Result.ok(tx.effect(number, row.id()).orElse(row));
        });
  }

  /** The same for what has happened: an interruption that came meanwhile waits until it is down. */
  Result<EffectRow> recordOutcome(EffectRow row) throws InterruptedException {
    var interrupted = Thread.interrupted();
    try {
      return record(row);
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
    return guarded(
            name,
            tx -> {
              var number = rid.get() > 0 ? rid.get() : tx.begin(run, ground.build());
              return work.in(tx, number).map(value -> new Written<>(number, value));
            })
        .onOk(written -> rid.set(written.rid()))
        .map(Written::value);
  }

  private record Written<T>(long rid, T value) {}

  private <T> Result<T> guarded(String name, Function<LedgerTx, Result<T>> work)
      throws InterruptedException {
    var authority = fence;
    return ground
        .ledger()
        .commit(
            name,
            tx -> {
              try {
                if (authority != null) tx.guard(authority, run.change());
              } catch (MeshException refused) {
                return Result.<T>err(refused.error());
              }
              return work.apply(tx);
            })
        .onErr(
            error -> {
              if (authority == null || !error.code().equals("error.fenced")) return;
              if (fenced == null) counts().fenced(authority, run.change());
              fenced = error;
            });
  }

  /** Says how far the run is now; nothing if that is so already, or it has done nothing. */
  Result<Long> mark(RunState state, long expMs, long nowMs, long tombstoneMs)
      throws InterruptedException {
    return commit(
        "gate.run",
        (tx, number) -> {
          tx.mark(number, state, expMs);
          var _ = tx.expire(nowMs, tombstoneMs, 16);
          return Result.ok(number);
        });
  }
}
