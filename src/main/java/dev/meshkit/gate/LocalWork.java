package dev.meshkit.gate;

import dev.meshkit.api.LocalTx;
import dev.meshkit.api.Result;
import dev.meshkit.gate.Effects.Captured;
import java.util.ArrayList;
import java.util.function.Function;

/**
 * Work in the transaction that records it.
 *
 * @param log the run's
 * @param step which step
 * @param work what it does
 */
record LocalWork<R>(RunLog log, Step<R> step, Function<LocalTx, R> work) {
  Captured in(EffectRow row) throws InterruptedException {
    var done = log.commit("gate.local-tx", (tx, rid) -> Result.ok(done(tx, rid, row)));
    return done instanceof Result.Err<Captured>(var error)
        ? Captured.nothing(error)
        : done.orThrow();
  }

  /** An earlier attempt whose caller did not wait may have been committed meanwhile. */
  private Captured done(Ledger.LedgerTx tx, long rid, EffectRow row) {
    var earlier = tx.effect(rid, row.id()).filter(one -> one.st().isSettled());
    if (earlier.isPresent()) return Captured.settled(earlier.get());
    var values = new ArrayList<Result<EffectRow>>(1);
    var thrown =
        tx.guarded(
            "gate.local-tx " + step.name(),
            local -> {
              values.add(Effects.settled(log, step, row, Result.ok(work.apply(local))));
              return values.getFirst().orThrow();
            });
    if (thrown.isEmpty()) return put(tx, rid, values.getFirst().orThrow());
    if (!values.isEmpty()) return Captured.nothing(RunLog.error(values.getFirst()));
    var error = Outcome.thrown("the work of " + step.name(), thrown.get());
    return log.isFinal(error)
        ? put(tx, rid, row.failed(ErrorText.write(error)))
        : Captured.nothing(error);
  }

  private static Captured put(Ledger.LedgerTx tx, long rid, EffectRow row) {
    if (!tx.put(rid, row))
      throw new IllegalStateException("something else is recorded as " + row.id());
    return Captured.settled(row);
  }
}
