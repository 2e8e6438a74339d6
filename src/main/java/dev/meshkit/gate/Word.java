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
    var repeat = id.occ() > 1 ? "#" + id.occ() : "";
    return "resolving " + id.step() + repeat + " of run " + key + " of " + change;
  }

  /** Takes it; a dry one changes nothing, and answers the same. */
  Result<Unit> in(Ledger.LedgerTx tx, boolean dry) {
    var rid = tx.find(change, key);
    var row =
        rid.flatMap(number -> tx.effect(number, id))
            .filter(one -> one.st() == EffectState.IN_DOUBT);
    if (row.isEmpty()) return Result.err(RunErrors.notFound(text() + ", in doubt"));
    var settled = settled(row.get());
    if (!dry && settled instanceof Result.Ok<EffectRow>(var now)) tx.change(rid.orElseThrow(), now);
    return settled.map(_ -> Unit.UNIT);
  }

  private Result<EffectRow> settled(EffectRow row) {
    return switch (said) {
      case Resolver.Answer.Happened<Bytes>(var value) -> happened(row, value);
      case Resolver.Answer.DidNot<Bytes> _ -> Result.ok(row.calling(0));
      case Resolver.Answer.Unknown<Bytes> _ ->
          Result.err(MeshError.validation(text(), "it says nothing", "say what happened"));
    };
  }

  /** Only what the step could read at its next replay: another value would park its run. */
  private Result<EffectRow> happened(EffectRow row, Bytes value) {
    var type = ValueType.builtIn(row.type(), row.schema());
    if (type.isEmpty() || fits(type.get(), value)) return Result.ok(row.ok(value));
    return Result.err(
        MeshError.validation(
            text(),
            "its value is of type " + type.get() + ", and these " + value.size() + " B are none",
            form(type.get())));
  }

  private static boolean fits(ValueType<?> type, Bytes value) {
    return type.equals(ValueType.NOTHING)
        ? value.isEmpty()
        : type.codec().decode(value) instanceof Result.Ok<?>;
  }

  private static String form(ValueType<?> type) {
    if (type.equals(ValueType.NUMBER)) return "give a whole number in decimal digits, such as 42";
    if (type.equals(ValueType.TEXT)) return "give its text in UTF-8";
    return "give none: that it was done is all that is recorded";
  }
}
