package dev.meshkit.control;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.control.proto.BackedUp;
import dev.meshkit.control.proto.Check;
import dev.meshkit.control.proto.EffectList;
import dev.meshkit.control.proto.EffectResolved;
import dev.meshkit.control.proto.EventItem;
import dev.meshkit.control.proto.Forgot;
import dev.meshkit.control.proto.GateChanged;
import dev.meshkit.control.proto.GateExplanation;
import dev.meshkit.control.proto.GateItem;
import dev.meshkit.control.proto.GatePlan;
import dev.meshkit.control.proto.HandedOver;
import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.control.proto.MemberItem;
import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.control.proto.Paused;
import dev.meshkit.control.proto.PoisonItem;
import dev.meshkit.control.proto.PoisonMessage;
import dev.meshkit.control.proto.Purged;
import dev.meshkit.control.proto.QueueItem;
import dev.meshkit.control.proto.Reason;
import dev.meshkit.control.proto.Recovered;
import dev.meshkit.control.proto.Redriven;
import dev.meshkit.control.proto.RunAbandoned;
import dev.meshkit.control.proto.RunItem;
import dev.meshkit.control.proto.Sent;
import dev.meshkit.control.proto.SentCopy;
import dev.meshkit.control.proto.TraceItem;
import dev.meshkit.control.proto.VotersChanged;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A node that always answers the same, every field of every answer filled; tests set what fails.
 */
public final class FakeNode implements NodeView {
  /** The instant of every answer. */
  public static final Instant NOW = Instant.parse("2026-01-02T03:04:05.006Z");

  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N4 = NodeId.of("us", "n4");

  /** What queue, poison, events and send are refused with; empty to answer. */
  public volatile Optional<MeshError> refusal = Optional.empty();

  /** What the queue's answer waits for: open, unless a test closes it. */
  public volatile CountDownLatch gate = new CountDownLatch(0);

  /** The checks of readiness. */
  public volatile List<Check> ready =
      List.of(Check.newBuilder().setName("store").setText("writable").build());

  /** The checks of liveness. */
  public volatile List<Check> live =
      List.of(Check.newBuilder().setName("loops").setText("all turned").build());

  /** The state shown. */
  public volatile NodeStatus.State state = NodeStatus.State.READY;

  /** The history; grows while a follower reads. */
  public final CopyOnWriteArrayList<EventItem> history = new CopyOnWriteArrayList<>();

  /** What was sent, in order. */
  public final CopyOnWriteArrayList<Message> sent = new CopyOnWriteArrayList<>();

  /** How what was sent was to travel, in order. */
  public final CopyOnWriteArrayList<SendOptions> travels = new CopyOnWriteArrayList<>();

  /** What becomes of a broadcast's copy that is waited for. */
  public volatile SentCopy.State copyState = SentCopy.State.DELIVERED;

  /** What was redriven, in order. */
  public final CopyOnWriteArrayList<Redrive> redriven = new CopyOnWriteArrayList<>();

  /** What was purged, in order. */
  public final CopyOnWriteArrayList<PoisonOrder> purged = new CopyOnWriteArrayList<>();

  /** What was paused and resumed, in order. */
  public final CopyOnWriteArrayList<PauseOrder> paused = new CopyOnWriteArrayList<>();

  /** Who was to lead, in order. */
  public final CopyOnWriteArrayList<HandOver> handed = new CopyOnWriteArrayList<>();

  /** What was to be recovered, in order. */
  public final CopyOnWriteArrayList<Recovery> recovered = new CopyOnWriteArrayList<>();

  /** Who was to vote, in order. */
  public final CopyOnWriteArrayList<VoterOrder> voting = new CopyOnWriteArrayList<>();

  /** What was to be of gates, plans included, in order. */
  public final CopyOnWriteArrayList<GateOrder> gated = new CopyOnWriteArrayList<>();

  /** What was said of effects, in order. */
  public final CopyOnWriteArrayList<EffectOrder> resolved = new CopyOnWriteArrayList<>();

  /** A node with three events. */
  public FakeNode() {
    history.add(event(41, "member.alive", "n4"));
    history.add(event(42, "leader.elected", "n1"));
    history.add(event(43, "quorum.lost", "global"));
  }

  /** An event with every field. */
  public static EventItem event(long seq, String type, String subject) {
    return EventItem.newBuilder()
        .setSeq(seq)
        .setAt(at(-10))
        .setNode("n1")
        .setRegion("eu")
        .setType(type)
        .setSeverity(EventItem.Severity.WARN)
        .setScope("region/eu")
        .setTerm(9_007_199_254_740_993L)
        .setSubject(subject)
        .setCause("TIMEOUT")
        .setCode("MK-ELE-001")
        .setActor("root@n1")
        .setText("it happened")
        .putData("fence", "1.8")
        .build();
  }

  @Override
  public Origin origin() {
    return new Origin("dev-7qx2", "n1", NOW, 4, 5);
  }

  @Override
  public NodeStatus status() {
    return FakeStatus.of(state, ready);
  }

  @Override
  public List<Check> liveness() {
    return live;
  }

  @Override
  public List<MemberItem> members() {
    return FakeMembers.all();
  }

  @Override
  public List<LeaderItem> leaders() {
    return FakeLeaders.items(at(-60));
  }

  @Override
  public Result<List<QueueItem>> queue() throws InterruptedException {
    gate.await();
    return answer(FakeQueue.items());
  }

  @Override
  public Result<List<PoisonItem>> poison(PoisonFilter filter) {
    return answer(List.of(dead()));
  }

  @Override
  public Result<Optional<PoisonMessage>> poisonMessage(long id) {
    if (id != 17) return answer(Optional.empty());
    return answer(
        Optional.of(
            PoisonMessage.newBuilder()
                .setItem(dead())
                .putHeaders("trace", "abc")
                .setBody(ByteString.copyFromUtf8("hello"))
                .setStack("java.lang.IllegalStateException: boom\n\tat orders.Handler.run(1)")
                .addHistory(
                    PoisonMessage.Attempt.newBuilder()
                        .setAttempt(5)
                        .setAt(at(-7))
                        .setPeer("n4")
                        .setCode("error.exception")
                        .setText("boom")
                        .setTook(Envelope.duration(Duration.ofMillis(12))))
                .build()));
  }

  @Override
  public Result<Redriven> redrive(Redrive command) {
    redriven.add(command);
    var isTried = command.dead().dryRun();
    var done = Redriven.newBuilder().setRedriven(3).setDryRun(isTried).setAudit(isTried ? 0 : 7);
    return answer(done.setStaying(command.dead().id().isPresent() ? 0 : 2).build());
  }

  @Override
  public Result<Purged> purge(PoisonOrder command) {
    purged.add(command);
    var isTried = command.dryRun();
    return answer(
        Purged.newBuilder().setPurged(2).setDryRun(isTried).setAudit(isTried ? 0 : 8).build());
  }

  @Override
  public Result<HandedOver> handOver(HandOver order) {
    handed.add(order);
    return answer(FakeLeaders.handed(order));
  }

  @Override
  public Result<VotersChanged> changeVoters(VoterOrder order) {
    voting.add(order);
    return answer(FakeLeaders.changed(order));
  }

  @Override
  public Result<Recovered> recover(Recovery order) {
    recovered.add(order);
    return answer(FakeLeaders.recovered(order));
  }

  @Override
  public Result<List<GateItem>> gates() {
    return answer(FakeGates.items());
  }

  @Override
  public Result<GateItem> gate(String change, Duration within) {
    return answer(FakeGates.shown(change));
  }

  @Override
  public Result<GatePlan> planGate(GateOrder order) {
    gated.add(order);
    return answer(FakeGates.plan(order));
  }

  @Override
  public Result<GateChanged> changeGate(GateOrder order) {
    gated.add(order);
    return answer(FakeGates.changed(order));
  }

  @Override
  public Result<GateExplanation> explainGate(String change, String subject) {
    return answer(FakeGates.explained(change, subject));
  }

  @Override
  public Result<EffectList> effects(String run, boolean inDoubt, int limit) {
    return answer(FakeGates.effects());
  }

  @Override
  public Result<EffectResolved> resolveEffect(EffectOrder order) {
    resolved.add(order);
    return answer(FakeGates.resolved(order));
  }

  @Override
  public Result<List<RunItem>> runs(boolean open, int limit) {
    return answer(FakeGates.runs());
  }

  @Override
  public Result<RunAbandoned> abandonRun(RunOrder order) {
    return answer(FakeGates.abandoned(order));
  }

  @Override
  public Result<Forgot> forget(ForgetOrder order) {
    return answer(FakeGates.forgot(order));
  }

  @Override
  public Result<Paused> pause(PauseOrder command) {
    paused.add(command);
    return answer(
        Paused.newBuilder()
            .setResumed(command.resume())
            .setDryRun(command.dryRun())
            .addTargets(
                Paused.Target.newBuilder().setName("us/n4/bulk").setAudit(command.dryRun() ? 0 : 9))
            .build());
  }

  @Override
  public Result<BackedUp> backup(Path to, String actor) {
    return answer(
        BackedUp.newBuilder()
            .setFile(to.toString())
            .setBytes(1L << 33)
            .setSha256("ab".repeat(32))
            .setSchema(40)
            .setStore("00112233445566778899aabbccddeeff")
            .setBatch(9_007_199_254_740_993L)
            .setTakenAt(at(0))
            .build());
  }

  @Override
  public Result<List<EventItem>> events(EventQuery query) {
    var glob = query.typeGlob().replace(".", "\\.").replace("*", ".*");
    return answer(
        history.stream()
            .filter(e -> e.getSeq() > query.after() && e.getType().matches(glob))
            .limit(query.limit())
            .toList());
  }

  @Override
  public Result<Sent> send(NodeId to, Posting posting) {
    post(posting);
    return answer(
        Sent.newBuilder()
            .setId(9_007_199_254_740_993L)
            .setToken("00112233445566778899aabbccddeeff")
            .setTo(names().text(to))
            .setState(posting.within().isPositive() ? Sent.State.DELIVERED : Sent.State.ENQUEUED)
            .build());
  }

  @Override
  public Result<List<SentCopy>> broadcast(String region, Posting posting) {
    post(posting);
    var to = NodeId.of("eu", "n2");
    var state = posting.within().isPositive() ? copyState : SentCopy.State.ENQUEUED;
    var copy =
        SentCopy.newBuilder()
            .setTo(names().text(to))
            .setId(7)
            .setToken("00112233445566778899aabbccddeeff")
            .setState(state);
    if (state == SentCopy.State.DEAD)
      copy.setReason(Reason.newBuilder().setCode("error.message.dead").setText("REFUSED so"));
    return answer(region.equals("nowhere") ? List.of() : List.of(copy.build()));
  }

  @Override
  public Result<List<TraceItem>> trace(long id) {
    return answer(
        List.of(
            TraceItem.newBuilder().setAt(at(-5)).setText("orders into us/n4/bulk").build(),
            TraceItem.newBuilder()
                .setAt(at(-4))
                .setStep(TraceItem.Step.RETRIED)
                .setAttempt(1)
                .setCode("error.exception")
                .setText("boom\u001b[2J")
                .build()));
  }

  @Override
  public NodeNames names() {
    return NodeNames.of(List.of(N1, N4));
  }

  private void post(Posting posting) {
    sent.add(posting.message());
    travels.add(posting.options());
  }

  private <T> Result<T> answer(T value) {
    return refusal.<Result<T>>map(Result::err).orElseGet(() -> Result.ok(value));
  }

  private static PoisonItem dead() {
    return PoisonItem.newBuilder()
        .setId(17)
        .setMessageId("9007199254740993")
        .setQueue("mesh-out")
        .setLane("us/n4/bulk")
        .setKind("orders")
        .setReason(PoisonItem.Reason.EXHAUSTED)
        .setCode("error.exception")
        .setText("boom")
        .setAttempts(5)
        .setEnqueuedAt(at(-100))
        .setDiedAt(at(-7))
        .setBodyBytes(5)
        .build();
  }

  static Timestamp at(long secondsFromNow) {
    return Timestamps.fromMillis(NOW.plusSeconds(secondsFromNow).toEpochMilli());
  }
}
