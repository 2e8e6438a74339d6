package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.control.EffectOrder;
import dev.meshkit.control.proto.EffectItem;
import dev.meshkit.control.proto.EffectList;
import dev.meshkit.control.proto.EffectResolved;
import dev.meshkit.control.proto.Reason;
import dev.meshkit.gate.DeterministicEffectStore;
import dev.meshkit.gate.RecordedEffect;
import dev.meshkit.gate.Resolver;
import dev.meshkit.gate.RunKey;
import dev.meshkit.gate.ValueType;
import dev.meshkit.store.Store;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What runs have recorded on this node, and an operator's word on what nobody knows. Thread-safe.
 */
final class EffectDesk {
  private static final String NOTHING = ValueType.NOTHING.toString();
  private static final String GIVE =
      "write it as the step's codec does: --value TEXT, or --value-hex HEX for what is not text";

  private final Store store;
  private final DeterministicEffectStore effects;
  private final NodeEvent.Sink events;

  EffectDesk(Store store, DeterministicEffectStore effects, NodeEvent.Sink events) {
    this.store = store;
    this.effects = effects;
    this.events = events;
  }

  /** Of one run, or the newest, or those of which nobody knows. */
  Result<EffectList> list(String run, boolean inDoubt, int limit) throws InterruptedException {
    if (run.isEmpty())
      return store.read(
          reading -> {
            var list = list(RecordedEffect.newest(reading, inDoubt, limit));
            return (inDoubt ? list.setTotal(RecordedEffect.doubts(reading)) : list).build();
          });
    var named = named("showing run " + run, run);
    if (!(named instanceof Result.Ok<RecordedEffect.Name>(var name))) return named.cast();
    return store.read(
        reading ->
            list(RecordedEffect.of(reading, name, limit))
                .setTotal(RecordedEffect.count(reading, name))
                .build());
  }

  private static EffectList.Builder list(List<RecordedEffect> rows) {
    return EffectList.newBuilder().addAllItems(rows.stream().map(EffectDesk::item).toList());
  }

  private Result<RecordedEffect.Name> named(String tried, String run) throws InterruptedException {
    return store
        .read(reading -> RecordedEffect.run(reading, run))
        .flatMap(found -> found.map(Result::ok).orElseGet(() -> Result.err(noRun(tried, run))));
  }

  /** It stands among the events, with who said so and why. */
  Result<EffectResolved> resolve(EffectOrder order) throws InterruptedException {
    var tried = "resolving " + order.step() + " of " + order.run();
    var named = named(tried, order.run());
    if (!(named instanceof Result.Ok<RecordedEffect.Name>(var name))) return named.cast();
    var key = new RunKey(name.key(), false);
    var answered = answer(tried, name, order);
    if (!(answered instanceof Result.Ok<Resolver.Answer<Bytes>>(var answer)))
      return answered.cast();
    var said =
        order.dryRun()
            ? effects.mayResolve(name.change(), key, order.step(), order.occurrence(), answer)
            : effects.resolve(name.change(), key, order.step(), order.occurrence(), answer);
    if (said instanceof Result.Err<Unit>(var error)) return Result.err(named(tried, error));
    if (!order.dryRun()) events.accept(event(order));
    return Result.ok(
        EffectResolved.newBuilder()
            .setRun(order.run())
            .setStep(order.step())
            .setOccurrence(order.occurrence())
            .setDone(order.done())
            .setDryRun(order.dryRun())
            .build());
  }

  private Result<Resolver.Answer<Bytes>> answer(
      String tried, RecordedEffect.Name run, EffectOrder order) throws InterruptedException {
    return switch (order.said()) {
      case EffectOrder.Done(var value) -> Result.ok(new Resolver.Answer.Happened<>(value));
      case EffectOrder.Failed _ -> Result.ok(new Resolver.Answer.DidNot<>());
      case EffectOrder.DoneOnly _ ->
          store
              .read(reading -> RecordedEffect.doubt(reading, run, order.step(), order.occurrence()))
              .flatMap(found -> done(tried, found));
    };
  }

  /** Without a value; that there is no such step, and the like, is for the store to say. */
  private static Result<Resolver.Answer<Bytes>> done(String tried, Optional<RecordedEffect> found) {
    var type = found.map(RecordedEffect::type).orElse(NOTHING);
    return type.equals(NOTHING)
        ? Result.ok(new Resolver.Answer.Happened<>(Bytes.EMPTY))
        : Result.err(
            misfit(tried, "it came to a value of type " + type + ", and none is given", GIVE));
  }

  private static NodeEvent event(EffectOrder order) {
    var what = order.step() + " of " + order.run();
    var word = order.done() ? "it happened" : "it did not happen";
    return NodeEvent.info(
            "effect.resolved", order.run(), what + ": " + word + ", says " + order.by().actor())
        .because(order.by().reason())
        .with(Map.of("actor", order.by().actor(), "step", order.step()));
  }

  private static EffectItem item(RecordedEffect row) {
    var item =
        EffectItem.newBuilder()
            .setRun(row.run().toString())
            .setChange(row.run().change())
            .setVersion(row.run().version())
            .setKey(row.run().key())
            .setN(row.n())
            .setStep(row.step())
            .setOccurrence(row.occurrence())
            .setMode(EffectItem.Mode.valueOf(word(row.mode())))
            .setState(EffectItem.State.valueOf(word(row.state())))
            .setToken(row.token())
            .setTries(row.tries())
            .setType(row.type())
            .setAt(Times.of(row.wall()));
    reason(row.error()).ifPresent(item::setError);
    return item.build();
  }

  private static String word(String text) {
    return text.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Of five lines, code, tried, why, fix, retry: the code, and what was tried and why. */
  private static Optional<Reason> reason(String error) {
    var lines = error.split("\n", -1);
    if (lines.length < 5) return Optional.empty();
    return Optional.of(
        Reason.newBuilder().setCode(lines[0]).setText(lines[1] + ": " + lines[2]).build());
  }

  static MeshError noRun(String tried, String run) {
    return MeshError.of(
            "error.not_found",
            tried,
            "no run here is called '" + run + "'",
            "write it as the list does, change::v2::key: meshkit effects list",
            MeshError.Retry.SAFE)
        .with("mk", "MK-GAT-007");
  }

  private static MeshError notInDoubt(String tried) {
    return MeshError.of(
            "error.not_found",
            tried,
            "nothing of that name is in doubt",
            "see meshkit effects list --state in-doubt",
            MeshError.Retry.SAFE)
        .with("mk", "MK-GAT-007");
  }

  private static MeshError misfit(String tried, String why, String fix) {
    return MeshError.validation(tried, why, fix).with("mk", "MK-GAT-009");
  }

  /** In the words of the verbs, and with the page that explains it. */
  private static MeshError named(String tried, MeshError error) {
    return switch (error.code()) {
      case "error.not_found" -> notInDoubt(tried);
      case "error.precondition" ->
          MeshError.of(
                  error.code(),
                  tried,
                  "its run is just being executed",
                  "try again once it has ended; what it settles by itself is in doubt no more",
                  MeshError.Retry.NEVER)
              .with("mk", "MK-GAT-008");
      case "error.validation" -> misfit(tried, error.why(), error.fix());
      default -> error;
    };
  }
}
