package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.control.EventQuery;
import dev.meshkit.control.NodeNames;
import dev.meshkit.control.NodeView;
import dev.meshkit.control.Origin;
import dev.meshkit.control.PauseOrder;
import dev.meshkit.control.PoisonFilter;
import dev.meshkit.control.PoisonOrder;
import dev.meshkit.control.Redrive;
import dev.meshkit.control.proto.BackedUp;
import dev.meshkit.control.proto.Check;
import dev.meshkit.control.proto.EventItem;
import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.control.proto.MemberItem;
import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.control.proto.Paused;
import dev.meshkit.control.proto.PoisonItem;
import dev.meshkit.control.proto.PoisonMessage;
import dev.meshkit.control.proto.Purged;
import dev.meshkit.control.proto.QueueItem;
import dev.meshkit.control.proto.Redriven;
import dev.meshkit.control.proto.Sent;
import dev.meshkit.control.proto.SentCopy;
import dev.meshkit.queue.QueueStats;
import dev.meshkit.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The node's side of the operators' port: one snapshot, and a desk for each kind of question. */
final class Desks implements NodeView {
  private final Node node;
  private final String cluster;
  private final StatusDesk status;
  private final MemberDesk members;
  private final LeaderDesk leaders;
  private final QueueDesk queue;
  private final PoisonDesk poison;
  private final BackupDesk backups;
  private final EventDesk events;
  private final Pulse pulse;

  /**
   * What the status is made of besides the configuration.
   *
   * @param mesh the database of messages
   * @param queue the outbound queue in numbers
   */
  record Stores(Store mesh, Supplier<QueueStats> queue) {}

  /** The desks. */
  record All(
      StatusDesk status,
      MemberDesk members,
      LeaderDesk leaders,
      QueueDesk queue,
      PoisonDesk poison,
      BackupDesk backups,
      EventDesk events,
      Pulse pulse) {}

  Desks(Node node, String cluster, All desks) {
    this.node = node;
    this.cluster = cluster;
    this.status = desks.status();
    this.members = desks.members();
    this.leaders = desks.leaders();
    this.queue = desks.queue();
    this.poison = desks.poison();
    this.backups = desks.backups();
    this.events = desks.events();
    this.pulse = desks.pulse();
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
  public Result<Sent> send(NodeId to, Message message, Duration wait) throws InterruptedException {
    var queued = node.send(to, message);
    if (!(queued instanceof Result.Ok<dev.meshkit.api.Sent>(var sent))) return queued.cast();
    var told =
        Sent.newBuilder()
            .setId(sent.id())
            .setToken(sent.token().toString())
            .setTo(names().text(to))
            .setState(Sent.State.ENQUEUED);
    if (!wait.isPositive()) return Result.ok(told.build());
    var ended = sent.await(wait).map(_ -> told.setState(Sent.State.DELIVERED).build());
    return ended instanceof Result.Err<Sent>(MeshError.TimedOut _)
        ? Result.err(waits(told, to, wait))
        : ended;
  }

  @Override
  public Result<List<SentCopy>> broadcast(String region, Message message)
      throws InterruptedException {
    var names = names();
    return node.broadcast(
            message,
            SendOptions.BULK,
            member -> region.isEmpty() || member.node().region().equals(region))
        .map(sent -> sent.entrySet().stream().map(one -> copy(names, one)).toList());
  }

  private static SentCopy copy(NodeNames names, Map.Entry<NodeId, dev.meshkit.api.Sent> one) {
    return SentCopy.newBuilder()
        .setTo(names.text(one.getKey()))
        .setId(one.getValue().id())
        .setToken(one.getValue().token().toString())
        .build();
  }

  /** The wait is over, the message is not: what keeps it, and that nobody must send it again. */
  private MeshError waits(Sent.Builder sent, NodeId to, Duration waited) {
    var kept = queue.trouble(to).map(error -> "; so far: " + error.why()).orElse("");
    return MeshError.of(
        "error.timeout",
        "delivering message " + sent.getId() + " to " + sent.getTo(),
        "it is queued, and was not applied there within " + waited.toMillis() + " ms" + kept,
        "nothing: it goes on by itself, so do not send it again; meshkit queue shows its lane",
        MeshError.Retry.NEVER);
  }

  @Override
  public NodeNames names() {
    return node.snapshot().names();
  }
}
