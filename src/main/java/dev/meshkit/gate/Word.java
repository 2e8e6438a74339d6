package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;

/**
 * An operator's word on a call of which nobody knows.
 *
 * @param change of its run
 * @param key of its run
 * @param id which step, and which repeat of it
 * @param said what happened
 */
record Word(String change, String key, EffectRow.Id id, Resolver.Answer<Bytes> said) {
  /** What errors say was tried. */
  String text() {
    return "resolving " + id.step() + " of run " + key + " of " + change;
  }

  /** Takes it; a dry one changes nothing, and answers the same. */
  Result<Unit> in(Ledger.LedgerTx tx, boolean dry) {
    var rid = tx.find(change, key);
    var row =
        rid.flatMap(number -> tx.effect(number, id))
            .filter(one -> one.st() == EffectState.IN_DOUBT);
    if (row.isEmpty()) return Result.err(RunErrors.notFound(text() + ", in doubt"));
    var settled = settled(row.get());
    if (!dry && settled instanceof Result.Ok<EffectRow>(var now)) tx.put(rid.orElseThrow(), now);
    return settled.map(_ -> Unit.UNIT);
  }

  private Result<EffectRow> settled(EffectRow row) {
    return switch (said) {
      case Resolver.Answer.Happened<Bytes>(var value) -> Result.ok(row.ok(value));
      case Resolver.Answer.DidNot<Bytes> _ -> Result.ok(row.calling(0));
      case Resolver.Answer.Unknown<Bytes> _ ->
          Result.err(MeshError.validation(text(), "it says nothing", "say what happened"));
    };
  }
}
