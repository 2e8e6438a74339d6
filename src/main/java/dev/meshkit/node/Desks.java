package dev.meshkit.node;

import dev.meshkit.api.Member;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.control.EffectOrder;
import dev.meshkit.control.EventQuery;
import dev.meshkit.control.ForgetOrder;
import dev.meshkit.control.GateOrder;
import dev.meshkit.control.HandOver;
import dev.meshkit.control.NodeNames;
import dev.meshkit.control.NodeView;
import dev.meshkit.control.Origin;
import dev.meshkit.control.PauseOrder;
import dev.meshkit.control.PoisonFilter;
import dev.meshkit.control.PoisonOrder;
import dev.meshkit.control.Posting;
import dev.meshkit.control.Recovery;
import dev.meshkit.control.Redrive;
import dev.meshkit.control.RunOrder;
import dev.meshkit.control.VoterOrder;
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
import dev.meshkit.control.proto.Recovered;
import dev.meshkit.control.proto.Redriven;
import dev.meshkit.control.proto.RunAbandoned;
import dev.meshkit.control.proto.RunItem;
import dev.meshkit.control.proto.Sent;
import dev.meshkit.control.proto.SentCopy;
import dev.meshkit.control.proto.TraceItem;
import dev.meshkit.control.proto.VotersChanged;
import dev.meshkit.queue.QueueStats;
import dev.meshkit.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The node's side of the operators' port: one snapshot, and a desk for each kind of question. */
final class Desks implements NodeView {
  private final Node node;
  private final String cluster;
  private final StatusDesk status;
  private final MemberDesk members;
  private final LeaderDesk leaders;
  private final ScopeDesk scopes;
  private final RecoveryDesk recoveries;
  private final GateDesks gates;
  private final ForgetDesk forgets;
  private final QueueDesk queue;
  private final PoisonDesk poison;
  private final BackupDesk backups;
  private final EventDesk events;
  private final TraceDesk traces;
  private final Pulse pulse;
  private final PostDesk posts;

  /**
   * What the status is made of besides the configuration.
   *
   * @param mesh the database of messages
   * @param queue the outbound queue in numbers
   * @param conflicts what is committed that this build cannot run
   * @param stuck runs that cannot end here
   * @param transport why links do not go by what is committed, if so
   */
  record Stores(
      Store mesh,
      Supplier<QueueStats> queue,
      Supplier<List<MeshError>> conflicts,
      Supplier<List<MeshError>> stuck,
      Supplier<Optional<MeshError>> transport) {}

  /**
   * Versions of changes, and what runs have done.
   *
   * @param shown what is committed
   * @param orders what is to be
   * @param effects what was done
   */
  record GateDesks(GateDesk shown, GateOrders orders, EffectDesk effects, RunDesk runs) {}

  /** The desks. */
  record All(
      StatusDesk status,
      MemberDesk members,
      LeaderDesk leaders,
      ScopeDesk scopes,
      RecoveryDesk recoveries,
      GateDesks gates,
      ForgetDesk forgets,
      QueueDesk queue,
      PoisonDesk poison,
      BackupDesk backups,
      EventDesk events,
      TraceDesk traces,
      Pulse pulse) {}

  Desks(Node node, String cluster, All desks) {
    this.node = node;
    this.cluster = cluster;
    this.status = desks.status();
    this.members = desks.members();
    this.leaders = desks.leaders();
    this.scopes = desks.scopes();
    this.recoveries = desks.recoveries();
    this.gates = desks.gates();
    this.forgets = desks.forgets();
    this.queue = desks.queue();
    this.poison = desks.poison();
    this.backups = desks.backups();
    this.events = desks.events();
    this.traces = desks.traces();
    this.pulse = desks.pulse();
    this.posts = new PostDesk(node, desks.queue());
  }

  @Override
  public Origin origin() {
    var seen = node.snapshot();
    return node.origin(cluster, seen);
  }

  @Override
  public NodeStatus status() {
    return status.status(node.snapshot(), node.endpoint(), node.http());
  }

  @Override
  public List<Check> liveness() {
    return pulse.checks();
  }

  @Override
  public List<MemberItem> members() {
    return members.items(node.snapshot());
  }

  @Override
  public List<LeaderItem> leaders() {
    return leaders.items(node.snapshot());
  }

  @Override
  public Result<HandedOver> handOver(HandOver order) throws InterruptedException {
    return scopes.handOver(order, names());
  }

  @Override
  public Result<VotersChanged> changeVoters(VoterOrder order) throws InterruptedException {
    return scopes.changeVoters(order, names());
  }

  @Override
  public Result<Recovered> recover(Recovery order) throws InterruptedException {
    return recoveries.recover(order, node.snapshot());
  }

  @Override
  public Result<List<GateItem>> gates() throws InterruptedException {
    return gates.shown().list(node.snapshot());
  }

  @Override
  public Result<GateItem> gate(String change, Duration within) throws InterruptedException {
    return gates.shown().show(change, node.snapshot(), within);
  }

  @Override
  public Result<GatePlan> planGate(GateOrder order) throws InterruptedException {
    return gates.orders().plan(order, node.snapshot());
  }

  @Override
  public Result<GateChanged> changeGate(GateOrder order) throws InterruptedException {
    return gates.orders().change(order, node.snapshot());
  }

  @Override
  public Result<GateExplanation> explainGate(String change, String subject)
      throws InterruptedException {
    return gates.shown().explain(change, subject, names());
  }

  @Override
  public Result<EffectList> effects(String run, boolean inDoubt, int limit)
      throws InterruptedException {
    return gates.effects().list(run, inDoubt, limit);
  }

  @Override
  public Result<EffectResolved> resolveEffect(EffectOrder order) throws InterruptedException {
    return gates.effects().resolve(order);
  }

  @Override
  public Result<List<RunItem>> runs(boolean open, int limit) throws InterruptedException {
    return gates.runs().list(open, limit);
  }

  @Override
  public Result<RunAbandoned> abandonRun(RunOrder order) throws InterruptedException {
    return gates.runs().abandon(order);
  }

  @Override
  public Result<Forgot> forget(ForgetOrder order) throws InterruptedException {
    var members = node.snapshot().mesh().members();
    return forgets.forget(order, members.stream().map(Member::node).toList());
  }

  @Override
  public Result<List<QueueItem>> queue() throws InterruptedException {
    return queue.lanes(names());
  }

  @Override
  public Result<List<PoisonItem>> poison(PoisonFilter filter) throws InterruptedException {
    return poison.dead(filter);
  }

  @Override
  public Result<Optional<PoisonMessage>> poisonMessage(long id) throws InterruptedException {
    return poison.show(id);
  }

  @Override
  public Result<Redriven> redrive(Redrive command) throws InterruptedException {
    return poison.redrive(command);
  }

  @Override
  public Result<Purged> purge(PoisonOrder command) throws InterruptedException {
    return poison.purge(command);
  }

  @Override
  public Result<Paused> pause(PauseOrder command) throws InterruptedException {
    return queue.pause(command);
  }

  @Override
  public Result<BackedUp> backup(Path to, String actor) throws InterruptedException {
    return backups.take(to, actor);
  }

  @Override
  public Result<List<EventItem>> events(EventQuery query) throws InterruptedException {
    return events.events(query);
  }

  @Override
  public Result<Sent> send(NodeId to, Posting posting) throws InterruptedException {
    return posts.send(to, posting);
  }

  @Override
  public Result<List<SentCopy>> broadcast(String region, Posting posting)
      throws InterruptedException {
    return posts.broadcast(region, posting);
  }

  @Override
  public Result<List<TraceItem>> trace(long id) throws InterruptedException {
    return traces.steps(id);
  }

  @Override
  public NodeNames names() {
    return node.snapshot().names();
  }
}
