package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.control.RunOrder;
import dev.meshkit.control.proto.RunAbandoned;
import dev.meshkit.control.proto.RunItem;
import dev.meshkit.gate.DeterministicEffectStore;
import dev.meshkit.gate.RecordedEffect;
import dev.meshkit.gate.RecordedRun;
import dev.meshkit.gate.RunKey;
import dev.meshkit.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The runs of this node, and an operator who gives one up. Thread-safe. */
final class RunDesk {
  private final Store store;
  private final DeterministicEffectStore effects;
  private final NodeEvent.Sink events;

  RunDesk(Store store, DeterministicEffectStore effects, NodeEvent.Sink events) {
    this.store = store;
    this.effects = effects;
    this.events = events;
  }

  /** The newest, or those that are not over. */
  Result<List<RunItem>> list(boolean open, int limit) throws InterruptedException {
    return store
        .read(reading -> RecordedRun.newest(reading, open, limit))
        .map(runs -> runs.stream().map(RunDesk::item).toList());
  }

  /** It stands among the events, with who gave it up and why. */
  Result<RunAbandoned> abandon(RunOrder order) throws InterruptedException {
    var tried = "abandoning run " + order.run();
    var found = store.read(reading -> RecordedEffect.run(reading, order.run()));
    if (!(found instanceof Result.Ok<Optional<RecordedEffect.Name>>(var named)))
      return found.cast();
    if (named.isEmpty()) return Result.err(EffectDesk.noRun(tried, order.run()));
    var name = named.get();
    var given = given(tried, name, order);
    return given.map(
        _ -> RunAbandoned.newBuilder().setRun(order.run()).setDryRun(order.dryRun()).build());
  }

  private Result<Unit> given(String tried, RecordedEffect.Name name, RunOrder order)
      throws InterruptedException {
    var key = new RunKey(name.key(), false);
    var answer =
        order.dryRun()
            ? effects.mayAbandon(name.change(), key)
            : effects.abandon(name.change(), key);
    if (answer instanceof Result.Err<Unit>(var error)) {
      return switch (error.code()) {
        case "error.not_found" -> Result.err(EffectDesk.noRun(tried, order.run()));
        case "error.precondition" -> Result.err(over(tried));
        default -> Result.err(error);
      };
    }
    if (order.dryRun()) return Result.ok();
    events.accept(
        NodeEvent.info(
                "run.abandoned", order.run(), order.run() + " given up by " + order.by().actor())
            .because(order.by().reason())
            .with(Map.of("actor", order.by().actor())));
    return Result.ok();
  }

  private static RunItem item(RecordedRun run) {
    var item =
        RunItem.newBuilder()
            .setRun(run.name().toString())
            .setChange(run.name().change())
            .setVersion(run.name().version())
            .setKey(run.name().key())
            .setSubject(run.subject())
            .setEpoch(run.epoch())
            .setState(RunItem.State.valueOf(run.state()))
            .setForgotten(run.forgotten())
            .setBuild(run.build())
            .setBegan(Times.of(run.began()));
    run.ended().map(Times::of).ifPresent(item::setEnded);
    return item.build();
  }

  private static MeshError over(String tried) {
    return MeshError.of(
            "error.precondition",
            tried,
            "it is over, or just being executed",
            "see meshkit runs list; one that is being executed may be given up once that has ended",
            MeshError.Retry.NEVER)
        .with("mk", "MK-GAT-008");
  }
}
