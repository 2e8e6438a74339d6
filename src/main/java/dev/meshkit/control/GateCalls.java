package dev.meshkit.control;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.control.proto.ChangeGateRequest;
import dev.meshkit.control.proto.ChangeGateRequest.Verb;
import dev.meshkit.control.proto.EffectList;
import dev.meshkit.control.proto.EffectsRequest;
import dev.meshkit.control.proto.GateChanged;
import dev.meshkit.control.proto.GateList;
import dev.meshkit.control.proto.GatePlan;
import dev.meshkit.control.proto.GatesRequest;
import dev.meshkit.control.proto.ResolveEffectRequest;
import dev.meshkit.control.proto.RunList;
import dev.meshkit.control.proto.RunsRequest;
import dev.meshkit.queue.Audit;
import java.util.OptionalInt;

/** Requests about gates and effects in the words of the {@link NodeView}. */
final class GateCalls {
  /** The most effects, or runs, of a list. */
  private static final int MOST = 500;

  private static final int BASIS_POINTS = 100; // of a percent

  private GateCalls() {}

  static Result<GateList> list(NodeView view, GatesRequest ask) throws InterruptedException {
    var list = GateList.newBuilder();
    return ask.getChange().isEmpty()
        ? view.gates().map(items -> list.addAllItems(items).build())
        : view.gate(ask.getChange(), Envelope.duration(ask.getWait()))
            .map(item -> list.addItems(item).build());
  }

  static Result<GatePlan> plan(NodeView view, ChangeGateRequest ask, Audit by)
      throws InterruptedException {
    return switch (order(ask, by)) {
      case Result.Err<GateOrder>(var error) -> Result.err(error);
      case Result.Ok<GateOrder>(var order) -> view.planGate(order);
    };
  }

  static Result<GateChanged> change(NodeView view, ChangeGateRequest ask, Audit by)
      throws InterruptedException {
    return switch (order(ask, by)) {
      case Result.Err<GateOrder>(var error) -> Result.err(error);
      case Result.Ok<GateOrder>(var order) -> view.changeGate(order);
    };
  }

  private static Result<GateOrder> order(ChangeGateRequest ask, Audit by) {
    var verb = ask.getVerb();
    if (verb == Verb.NONE || verb == Verb.UNRECOGNIZED)
      return Result.err(
          MeshError.validation(
              "changing " + ask.getChange(),
              "no verb is named",
              "one of set, rollback, freeze, thaw, retire"));
    var percent = ask.getPercent();
    if (!(percent >= 0 && percent <= 100))
      return Result.err(
          MeshError.validation(
              "changing " + ask.getChange(), percent + " is no percentage", "write 0 to 100"));
    var points =
        ask.hasPercent()
            ? OptionalInt.of((int) Math.round(percent * BASIS_POINTS))
            : OptionalInt.empty();
    var part =
        new GateOrder.Part(
            points, ask.getIncludeList(), ask.getExcludeList(), ask.getSubjectsList());
    return Result.ok(
        new GateOrder(
            ask.getChange(),
            verb,
            ask.getVersion(),
            part,
            ask.getExpect(),
            ask.getForce(),
            by,
            ask.getDryRun(),
            Envelope.duration(ask.getWait())));
  }

  static Result<EffectList> effects(NodeView view, EffectsRequest ask) throws InterruptedException {
    return view.effects(ask.getRun(), ask.getInDoubt(), Envelope.limit(ask.getLimit(), MOST));
  }

  static Result<RunList> runs(NodeView view, RunsRequest ask) throws InterruptedException {
    var list = RunList.newBuilder();
    var limit = Envelope.limit(ask.getLimit(), MOST);
    return view.runs(ask.getOpen(), limit).map(items -> list.addAllItems(items).build());
  }

  static EffectOrder word(ResolveEffectRequest ask, Audit by) {
    return new EffectOrder(
        ask.getRun(),
        ask.getStep(),
        Math.max(1, ask.getOccurrence()),
        said(ask),
        by,
        ask.getDryRun());
  }

  private static EffectOrder.Said said(ResolveEffectRequest ask) {
    if (!ask.getDone()) return new EffectOrder.Failed();
    return ask.hasValue()
        ? new EffectOrder.Done(Bytes.of(ask.getValue().toByteArray()))
        : new EffectOrder.DoneOnly();
  }
}
