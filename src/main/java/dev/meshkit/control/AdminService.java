package dev.meshkit.control;

import dev.meshkit.api.Result;
import dev.meshkit.control.proto.AbandonRunRequest;
import dev.meshkit.control.proto.AdminGrpc;
import dev.meshkit.control.proto.BackedUp;
import dev.meshkit.control.proto.BackupRequest;
import dev.meshkit.control.proto.BroadcastRequest;
import dev.meshkit.control.proto.Broadcasted;
import dev.meshkit.control.proto.ChangeGateRequest;
import dev.meshkit.control.proto.ChangeVotersRequest;
import dev.meshkit.control.proto.EffectList;
import dev.meshkit.control.proto.EffectResolved;
import dev.meshkit.control.proto.EffectsRequest;
import dev.meshkit.control.proto.EventList;
import dev.meshkit.control.proto.EventsRequest;
import dev.meshkit.control.proto.ExplainGateRequest;
import dev.meshkit.control.proto.ForgetRequest;
import dev.meshkit.control.proto.Forgot;
import dev.meshkit.control.proto.GateChanged;
import dev.meshkit.control.proto.GateExplanation;
import dev.meshkit.control.proto.GateList;
import dev.meshkit.control.proto.GatePlan;
import dev.meshkit.control.proto.GatesRequest;
import dev.meshkit.control.proto.HandOverRequest;
import dev.meshkit.control.proto.HandedOver;
import dev.meshkit.control.proto.LeaderList;
import dev.meshkit.control.proto.LeadersRequest;
import dev.meshkit.control.proto.MemberList;
import dev.meshkit.control.proto.MembersRequest;
import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.control.proto.PauseRequest;
import dev.meshkit.control.proto.Paused;
import dev.meshkit.control.proto.PoisonList;
import dev.meshkit.control.proto.PoisonMessage;
import dev.meshkit.control.proto.PoisonRequest;
import dev.meshkit.control.proto.PoisonShowRequest;
import dev.meshkit.control.proto.PurgeRequest;
import dev.meshkit.control.proto.Purged;
import dev.meshkit.control.proto.QueueList;
import dev.meshkit.control.proto.QueueRequest;
import dev.meshkit.control.proto.RecoverRequest;
import dev.meshkit.control.proto.Recovered;
import dev.meshkit.control.proto.RedriveRequest;
import dev.meshkit.control.proto.Redriven;
import dev.meshkit.control.proto.ResolveEffectRequest;
import dev.meshkit.control.proto.RunAbandoned;
import dev.meshkit.control.proto.RunList;
import dev.meshkit.control.proto.RunsRequest;
import dev.meshkit.control.proto.SendRequest;
import dev.meshkit.control.proto.Sent;
import dev.meshkit.control.proto.StatusRequest;
import dev.meshkit.control.proto.TraceList;
import dev.meshkit.control.proto.TraceRequest;
import dev.meshkit.control.proto.Version;
import dev.meshkit.control.proto.VersionRequest;
import dev.meshkit.control.proto.VotersChanged;
import dev.meshkit.observe.BuildInfo;
import dev.meshkit.queue.Audit;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Turns admin calls into questions to the {@link NodeView}, and its answers into replies. */
final class AdminService extends AdminGrpc.AdminImplBase {
  private final NodeView view;
  private final String owner;

  /**
   * Serves {@code view}.
   *
   * @param owner the account whose socket this is: the actor of every change
   */
  AdminService(NodeView view, String owner) {
    this.view = view;
    this.owner = owner;
  }

  @Override
  public void version(VersionRequest ask, StreamObserver<Version> to) {
    answer(to, () -> Result.ok(stamp(version()).build()));
  }

  @Override
  public void status(StatusRequest ask, StreamObserver<NodeStatus> to) {
    answer(to, () -> Result.ok(stamp(view.status().toBuilder()).build()));
  }

  @Override
  public void members(MembersRequest ask, StreamObserver<MemberList> to) {
    var list = MemberList.newBuilder();
    answer(to, () -> Result.ok(stamp(list.addAllItems(view.members())).build()));
  }

  @Override
  public void leaders(LeadersRequest ask, StreamObserver<LeaderList> to) {
    var list = LeaderList.newBuilder();
    answer(to, () -> Result.ok(stamp(list.addAllItems(view.leaders())).build()));
  }

  @Override
  public void handOver(HandOverRequest ask, StreamObserver<HandedOver> to) {
    change(
        to,
        new Wish(ask.getStepDown() ? "stepping down" : "handing over", ask.getReason()),
        by -> {
          var wait = Envelope.duration(ask.getWait());
          var order =
              new HandOver(
                  ask.getScope(), ask.getTo(), ask.getStepDown(), by, ask.getDryRun(), wait);
          return view.handOver(order).map(done -> stamp(done.toBuilder()).build());
        });
  }

  @Override
  public void changeVoters(ChangeVotersRequest ask, StreamObserver<VotersChanged> to) {
    change(
        to,
        new Wish("changing voters", ask.getReason()),
        by -> {
          var order =
              new VoterOrder(
                  ask.getScope(),
                  ask.getOp(),
                  ask.getNode(),
                  ask.getRank(),
                  by,
                  ask.getDryRun(),
                  Envelope.duration(ask.getWait()));
          return view.changeVoters(order).map(done -> stamp(done.toBuilder()).build());
        });
  }

  @Override
  public void recover(RecoverRequest ask, StreamObserver<Recovered> to) {
    change(
        to,
        new Wish("recovering", ask.getReason()),
        by -> {
          var within = Envelope.duration(ask.getWait());
          var order = new Recovery(ask.getScope(), ask.getCluster(), by, ask.getDryRun(), within);
          return view.recover(order).map(done -> stamp(done.toBuilder()).build());
        });
  }

  @Override
  public void gates(GatesRequest ask, StreamObserver<GateList> to) {
    answer(to, () -> GateCalls.list(view, ask).map(list -> stamp(list.toBuilder()).build()));
  }

  @Override
  public void planGate(ChangeGateRequest ask, StreamObserver<GatePlan> to) {
    change(
        to,
        new Wish("planning", "planned"),
        by -> GateCalls.plan(view, ask, by).map(plan -> stamp(plan.toBuilder()).build()));
  }

  @Override
  public void changeGate(ChangeGateRequest ask, StreamObserver<GateChanged> to) {
    change(
        to,
        new Wish("changing " + ask.getChange(), ask.getReason()),
        by -> GateCalls.change(view, ask, by).map(done -> stamp(done.toBuilder()).build()));
  }

  @Override
  public void explainGate(ExplainGateRequest ask, StreamObserver<GateExplanation> to) {
    answer(
        to,
        () ->
            view.explainGate(ask.getChange(), ask.getSubject())
                .map(said -> stamp(said.toBuilder()).build()));
  }

  @Override
  public void effects(EffectsRequest ask, StreamObserver<EffectList> to) {
    answer(to, () -> GateCalls.effects(view, ask).map(list -> stamp(list.toBuilder()).build()));
  }

  @Override
  public void runs(RunsRequest ask, StreamObserver<RunList> to) {
    answer(to, () -> GateCalls.runs(view, ask).map(list -> stamp(list.toBuilder()).build()));
  }

  @Override
  public void abandonRun(AbandonRunRequest ask, StreamObserver<RunAbandoned> to) {
    change(
        to,
        new Wish("abandoning " + ask.getRun(), ask.getReason()),
        by ->
            view.abandonRun(new RunOrder(ask.getRun(), by, ask.getDryRun()))
                .map(done -> stamp(done.toBuilder()).build()));
  }

  @Override
  public void resolveEffect(ResolveEffectRequest ask, StreamObserver<EffectResolved> to) {
    change(
        to,
        new Wish("resolving " + ask.getStep(), ask.getReason()),
        by ->
            view.resolveEffect(GateCalls.word(ask, by))
                .map(done -> stamp(done.toBuilder()).build()));
  }

  @Override
  public void forget(ForgetRequest ask, StreamObserver<Forgot> to) {
    change(
        to,
        new Wish("forgetting " + ask.getNode(), ask.getReason()),
        by -> {
          var order = new ForgetOrder(ask.getNode(), ask.getUndo(), by, ask.getDryRun());
          return view.forget(order).map(done -> stamp(done.toBuilder()).build());
        });
  }

  @Override
  public void queue(QueueRequest ask, StreamObserver<QueueList> to) {
    var list = QueueList.newBuilder();
    answer(to, () -> view.queue().map(items -> stamp(list.addAllItems(items)).build()));
  }

  @Override
  public void poison(PoisonRequest ask, StreamObserver<PoisonList> to) {
    var before = ask.getBefore() > 0 ? ask.getBefore() : Long.MAX_VALUE;
    var limit = Envelope.limit(ask.getLimit(), PoisonFilter.MOST);
    var filter = new PoisonFilter(ask.getMessageKind(), ask.getCode(), before, limit);
    var list = PoisonList.newBuilder();
    answer(to, () -> view.poison(filter).map(items -> stamp(list.addAllItems(items)).build()));
  }

  @Override
  public void poisonShow(PoisonShowRequest ask, StreamObserver<PoisonMessage> to) {
    answer(
        to,
        () ->
            view.poisonMessage(ask.getId())
                .flatMap(
                    found ->
                        found
                            .map(message -> Result.ok(stamp(message.toBuilder()).build()))
                            .orElseGet(() -> Result.err(AdminErrors.noPoison(ask.getId())))));
  }

  @Override
  public void redrive(RedriveRequest ask, StreamObserver<Redriven> to) {
    change(
        to,
        new Wish("redriving", ask.getReason()),
        by -> view.redrive(Redrive.of(ask, by)).map(done -> stamp(done.toBuilder()).build()));
  }

  @Override
  public void purge(PurgeRequest ask, StreamObserver<Purged> to) {
    change(
        to,
        new Wish("purging", ask.getReason()),
        by -> view.purge(PoisonOrder.of(ask, by)).map(done -> stamp(done.toBuilder()).build()));
  }

  @Override
  public void pause(PauseRequest ask, StreamObserver<Paused> to) {
    if (ask.getAll() != ask.getLane().isEmpty()) {
      to.onError(Errors.refusal(AdminErrors.noLane()));
      return;
    }
    change(
        to,
        new Wish(ask.getResume() ? "resuming" : "pausing", ask.getReason()),
        by -> {
          var order = new PauseOrder(ask.getLane(), ask.getResume(), by, ask.getDryRun());
          return view.pause(order).map(done -> stamp(done.toBuilder()).build());
        });
  }

  @Override
  public void backup(BackupRequest ask, StreamObserver<BackedUp> to) {
    answer(
        to,
        () -> {
          var file = Path.of(ask.getFile());
          if (!file.isAbsolute()) return Result.err(AdminErrors.notAbsolute(ask.getFile()));
          return view.backup(file, actor()).map(done -> stamp(done.toBuilder()).build());
        });
  }

  private String actor() {
    return owner + "@" + view.origin().answeredBy();
  }

  @Override
  public void events(EventsRequest ask, StreamObserver<EventList> to) {
    var call = (ServerCallStreamObserver<EventList>) to;
    call.setOnCancelHandler(() -> {});
    var feed = new EventFeed(view, call);
    if (asked(() -> feed.serve(ask)) instanceof Result.Err<?>(var error))
      to.onError(Errors.refusal(error));
  }

  @Override
  public void send(SendRequest ask, StreamObserver<Sent> to) {
    answer(to, () -> send(ask));
  }

  @Override
  public void trace(TraceRequest ask, StreamObserver<TraceList> to) {
    var list = TraceList.newBuilder();
    answer(to, () -> view.trace(ask.getId()).map(all -> stamp(list.addAllItems(all)).build()));
  }

  private static Version.Builder version() {
    var build = BuildInfo.current();
    return Version.newBuilder()
        .setVersion(build.version())
        .setCommit(build.commit())
        .setJdk(build.jdk());
  }

  private Result<Sent> send(SendRequest ask) throws InterruptedException {
    var read = Posting.of(ask);
    if (!(read instanceof Result.Ok<Posting>(var posting))) return read.cast();
    return switch (view.names().node(ask.getTo())) {
      case Result.Err<?>(var error) -> Result.err(error);
      case Result.Ok<dev.meshkit.api.NodeId>(var peer) ->
          view.send(peer, posting).map(sent -> stamp(sent.toBuilder()).build());
    };
  }

  @Override
  public void broadcast(BroadcastRequest ask, StreamObserver<Broadcasted> to) {
    var list = Broadcasted.newBuilder();
    answer(
        to,
        () ->
            switch (Posting.of(ask)) {
              case Result.Err<Posting>(var error) -> Result.err(error);
              case Result.Ok<Posting>(var posting) ->
                  view.broadcast(ask.getRegion(), posting)
                      .map(copies -> stamp(list.addAllItems(copies)).build());
            });
  }

  /**
   * What somebody wants done.
   *
   * @param tried what
   * @param reason why
   */
  private record Wish(String tried, String reason) {}

  /** What is done once it is known in whose name. */
  private interface Order<T> {
    Result<T> carryOut(Audit by) throws InterruptedException;
  }

  /** A change that the audit can take, tried or done; otherwise {@code error.validation}. */
  private <T> void change(StreamObserver<T> to, Wish wish, Order<T> order) {
    answer(
        to,
        () ->
            switch (Audit.of(wish.tried(), actor(), wish.reason())) {
              case Result.Err<Audit>(var error) -> Result.err(error);
              case Result.Ok<Audit>(var by) -> order.carryOut(by);
            });
  }

  /** Exactly one reply or one refusal; a caller that has gone away gets neither. */
  private static <T> void answer(StreamObserver<T> to, Callable<Result<T>> ask) {
    if (to instanceof ServerCallStreamObserver<T> call) call.setOnCancelHandler(() -> {});
    switch (asked(ask)) {
      case Result.Err<T>(var error) -> to.onError(Errors.refusal(error));
      case Result.Ok<T>(var reply) -> {
        to.onNext(reply);
        to.onCompleted();
      }
    }
  }

  /** A fault of ours is an error with its text, never a hidden one. */
  private static <T> Result<T> asked(Callable<Result<T>> ask) {
    try {
      return ask.call();
    } catch (InterruptedException _) {
      return Result.err(AdminErrors.stopping());
    } catch (Exception fault) {
      return Result.err(AdminErrors.broken(fault));
    }
  }

  private <B extends com.google.protobuf.Message.Builder> B stamp(B reply) {
    return Envelope.stamp(reply, view.origin());
  }
}
