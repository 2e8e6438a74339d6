package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.gate.Effects.Captured;
import dev.meshkit.gate.Places.Found;

/**
 * A call to the outside: the intent is on disk before it is made.
 *
 * @param log the run's
 * @param step which step
 * @param call what it does
 */
record OutsideCall<R>(RunLog log, Step<R> step, EffectCall<R> call) {
  /** IDEMPOTENT: with an intent on disk, of whatever start, it may be called again. */
  Captured repeatable(Ask ask, Found.Open open) throws InterruptedException {
    if (open.row().isPresent()) return calling(open, log.still(open.row().get()));
    var claim = log.intend(log.row(ask, open.spot(), EffectState.INTENT));
    return calling(open, claim.map(RunLog.Claim::row)); // whose it is: both have one token
  }

  /**
   * AT_MOST_ONCE: only where no call can be out. What stands in its place though nothing was known
   * of it is of an execution that this one has outlived, or of a commit whose end nobody saw.
   */
  Captured once(Ask ask, Found.Open open, Resolver<R> resolver) throws InterruptedException {
    if (open.row().isPresent()) return again(open, open.row().get(), resolver);
    return switch (log.intend(log.row(ask, open.spot(), EffectState.INTENT))) {
      case Result.Ok<RunLog.Claim>(RunLog.Claim(var row, var isOurs)) when !isOurs ->
          again(open, row, resolver);
      case Result<RunLog.Claim> ours -> calling(open, ours.map(RunLog.Claim::row));
    };
  }

  private Captured again(Found.Open open, EffectRow row, Resolver<R> resolver)
      throws InterruptedException {
    if (row.st().isSettled()) return Captured.settled(row);
    var isKnownNo = row.st() == EffectState.INTENT && row.boot() == 0;
    if (isKnownNo) return claimed(open, row);
    var isAsked = row.st() == EffectState.IN_DOUBT && row.boot() == log.boot();
    if (isAsked) return doubt(row);
    return switch (asked(row, resolver)) {
      case Result.Ok<Resolver.Answer<R>>(Resolver.Answer.Happened<R>(var value)) ->
          settled(row, row, Result.ok(value));
      case Result.Ok<Resolver.Answer<R>>(Resolver.Answer.DidNot<R> _) -> claimed(open, row);
      case Result.Ok<Resolver.Answer<R>>(Resolver.Answer.Unknown<R> _) ->
          kept(row, row.asked(log.boot()), doubtful(row));
      case Result.Err<Resolver.Answer<R>>(var error) -> kept(row, row.asked(log.boot()), error);
    };
  }

  /** Whoever else knows that it did not happen may be about to call as well: one of them does. */
  private Captured claimed(Found.Open open, EffectRow row) throws InterruptedException {
    return switch (log.claim(row, row.calling(log.boot()))) {
      case Result.Ok<RunLog.Claim>(RunLog.Claim(var there, var isOurs)) when !isOurs ->
          there.st().isSettled() ? Captured.settled(there) : doubt(there);
      case Result<RunLog.Claim> ours -> calling(open, ours.map(RunLog.Claim::row));
    };
  }

  private Captured calling(Found.Open open, Result<EffectRow> intent) throws InterruptedException {
    if (intent instanceof Result.Err<EffectRow>(var error)) return Captured.nothing(error);
    var row = intent.orThrow();
    if (row.st().isSettled()) return Captured.settled(row);
    log.places().note(open, row); // also if the call ends in no way that is told here
    return settled(row, row.called(), called(row));
  }

  private Result<R> called(EffectRow row) throws InterruptedException {
    try {
      return call.call(row.name(), row.tries() + 1);
    } catch (RuntimeException thrown) { // whatever application code throws is its failure
      return Result.err(Outcome.thrown("calling " + step.name(), thrown));
    }
  }

  private Result<Resolver.Answer<R>> asked(EffectRow row, Resolver<R> resolver)
      throws InterruptedException {
    try {
      return Result.ok(resolver.ask(row.name()));
    } catch (RuntimeException thrown) {
      return Result.err(Outcome.thrown("resolving " + step.name(), thrown));
    }
  }

  /**
   * An outcome is recorded; anything else says only whether a call can be out.
   *
   * @param stands what is recorded so far
   * @param row that with the call counted
   */
  private Captured settled(EffectRow stands, EffectRow row, Result<R> outcome)
      throws InterruptedException {
    var settled = Effects.settled(log, step, row, outcome);
    if (settled instanceof Result.Err<EffectRow>(var error)) {
      if (Thread.currentThread().isInterrupted()) {
        return Captured.open(stands, error); // the intent says it all
      }
      return kept(stands, afterwards(row, outcome, error), error);
    }
    var now = settled.orThrow();
    if (now.mode() == Mode.AT_MOST_ONCE && now.st() == EffectState.FAILED)
      return kept(stands, now, ErrorText.read(now.error()));
    return switch (RunLog.outcome(() -> log.change(now))) {
      case Result.Ok<EffectRow>(var stored) -> Captured.settled(stored);
      case Result.Err<EffectRow>(var error) -> Captured.open(stands, error);
    };
  }

  private EffectRow afterwards(EffectRow row, Result<R> outcome, MeshError error) {
    var why = ErrorText.write(error);
    if (row.mode() == Mode.IDEMPOTENT) return row.tried(EffectState.INTENT, row.boot(), why);
    var isKnownNo = !outcome.isOk() && error.retry() == MeshError.Retry.SAFE;
    return isKnownNo
        ? row.tried(EffectState.INTENT, 0, why)
        : row.tried(EffectState.IN_DOUBT, 0, why);
  }

  /**
   * Keeps what is known so far; should that fail, the row before it is as safe. Of a call that is
   * never to be made twice only where nobody has come in between: who was outlived knows of its own
   * call, and not of another that was made since.
   */
  private Captured kept(EffectRow stands, EffectRow row, MeshError error)
      throws InterruptedException {
    var isOfAll = row.mode() == Mode.IDEMPOTENT;
    var kept =
        RunLog.outcome(
            () -> isOfAll ? log.change(row) : log.claim(stands, row).map(RunLog.Claim::row));
    var there = kept.or(row);
    return there.st().isSettled() ? Captured.settled(there) : Captured.open(there, error);
  }

  private Captured doubt(EffectRow row) {
    return Captured.open(row, doubtful(row));
  }

  private MeshError doubtful(EffectRow row) {
    return MeshError.of(
            "error.effect.in_doubt",
            "calling " + step.name() + " of " + log.run().text(),
            "a call was made, and nobody knows whether it happened",
            "find out by its token, then say so: DeterministicEffectStore.resolve",
            MeshError.Retry.SAFE)
        .with("token", row.name().toString())
        .with("last", row.error().equals(Bytes.EMPTY) ? "" : ErrorText.read(row.error()).text());
  }
}
