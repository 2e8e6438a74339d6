package dev.meshkit.node;

import com.google.protobuf.ByteString;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.control.NodeNames;
import dev.meshkit.control.PoisonFilter;
import dev.meshkit.control.Redrive;
import dev.meshkit.control.proto.PoisonItem;
import dev.meshkit.control.proto.PoisonMessage;
import dev.meshkit.control.proto.QueueItem;
import dev.meshkit.control.proto.Reason;
import dev.meshkit.control.proto.Redriven;
import dev.meshkit.link.Outbound;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.DeadTask;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.LaneFront;
import dev.meshkit.queue.LaneStats;
import dev.meshkit.queue.QueueStats;
import dev.meshkit.queue.SafeTaskQueue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The durable queue and its dead as operators see them. Thread-safe. */
final class QueueDesk {
  private static final int PAGE = 500;

  private final SafeTaskQueue<?> queue;
  private final Outbound outbound;
  private final InstantSource wall;
  private final NodeEvent.Sink events;

  /** Over a queue and what sends from it; what operators change goes to {@code events}. */
  QueueDesk(SafeTaskQueue<?> queue, Outbound outbound, InstantSource wall, NodeEvent.Sink events) {
    this.queue = queue;
    this.outbound = outbound;
    this.wall = wall;
    this.events = events;
  }

  /** Each lane, by name. */
  Result<List<QueueItem>> lanes(NodeNames names) throws InterruptedException {
    var stats = queue.stats();
    return queue
        .fronts()
        .map(
            fronts -> {
              var byLane = new HashMap<Lane, LaneFront>();
              fronts.forEach(front -> byLane.put(front.lane(), front));
              return stats.lanes().stream()
                  .map(
                      lane ->
                          item(stats, lane, names, Optional.ofNullable(byLane.get(lane.lane()))))
                  .toList();
            });
  }

  /** What keeps the messages to a peer, if anything does. */
  Optional<MeshError> trouble(NodeId peer) {
    return outbound.trouble(Lane.of(peer.toString()));
  }

  private QueueItem item(
      QueueStats stats, LaneStats lane, NodeNames names, Optional<LaneFront> front) {
    var item =
        QueueItem.newBuilder()
            .setQueue(stats.queue())
            .setLane(lane.lane().key())
            .setClass_(lane.lane().cls().text())
            .setPeer(names.text(NodeId.parse(lane.lane().key())))
            .setState(QueueItem.State.OPEN)
            .setReady(Math.toIntExact(lane.ready()))
            .setDelayed(Math.toIntExact(lane.delayed()))
            .setLeased(Math.toIntExact(lane.leased()))
            .setDead(Math.toIntExact(lane.dead()))
            .setBytes(lane.bytes());
    if (lane.heldBy() != 0) item.setState(QueueItem.State.HELD);
    if (stats.paused() || lane.paused()) item.setState(QueueItem.State.PAUSED);
    front.ifPresent(first -> waits(item, first));
    return item.build();
  }

  /** Since when the first message waits, and for what. */
  private void waits(QueueItem.Builder item, LaneFront front) {
    var now = wall.instant();
    var age = Duration.between(front.enqueuedWall(), now);
    item.setHeadAge(Times.of(age.isNegative() ? Duration.ZERO : age));
    if (front.untilRetry().isPositive()) item.setRetryAt(Times.of(now.plus(front.untilRetry())));
    if (!front.pausedBy().isEmpty()) {
      item.setBlockedBy(reason("error.queue.paused", "paused by " + front.pausedBy()));
      return;
    }
    outbound
        .trouble(front.lane())
        .ifPresent(kept -> item.setBlockedBy(reason(kept.code(), kept.why())));
  }

  private static Reason reason(String code, String text) {
    return Reason.newBuilder().setCode(code).setText(text).build();
  }

  /** Dead messages, newest first. */
  Result<List<PoisonItem>> dead(PoisonFilter filter) throws InterruptedException {
    var wanted = new dev.meshkit.queue.PoisonFilter(0, filter.messageKind(), filter.code(), "");
    var all = new ArrayList<DeadTask>();
    var after = 0L;
    while (true) {
      var page = queue.poison().list(wanted, after, PAGE);
      if (!(page instanceof Result.Ok<List<DeadTask>>(var rows))) return page.cast();
      rows.stream().filter(dead -> dead.did() < filter.before()).forEach(all::add);
      if (all.size() > filter.limit()) all.subList(0, all.size() - filter.limit()).clear();
      if (rows.size() < PAGE) break;
      after = rows.getLast().did();
    }
    return Result.ok(all.reversed().stream().map(QueueDesk::item).toList());
  }

  /** One dead message whole. */
  Result<Optional<PoisonMessage>> show(long did) throws InterruptedException {
    return queue.poison().show(did).map(dead -> dead.map(QueueDesk::whole));
  }

  /** Gives dead messages back to their lanes. */
  Result<Redriven> redrive(Redrive command) throws InterruptedException {
    var which =
        switch (command.which()) {
          case Redrive.One(var did) -> dev.meshkit.queue.PoisonFilter.one(did);
          case Redrive.AllOf(var kind, var code) ->
              new dev.meshkit.queue.PoisonFilter(0, kind, code, "");
        };
    var done = command.dryRun() ? counted(which) : redriven(which, command);
    var missing = done.map(Redriven::getRedriven).or(1) == 0 && command.id().isPresent();
    return missing ? Result.err(noneOf(command.id().getAsLong())) : done;
  }

  private Result<Redriven> redriven(dev.meshkit.queue.PoisonFilter which, Redrive command)
      throws InterruptedException {
    return queue
        .poison()
        .redrive(which, new Audit(command.actor(), command.reason()), command.perSecond())
        .onOk(back -> told(back, which, command))
        .map(back -> Redriven.newBuilder().setRedriven(back).build());
  }

  /** Who gave messages another life, and why, is remembered. */
  private void told(int back, dev.meshkit.queue.PoisonFilter which, Redrive command) {
    if (back == 0) return;
    outbound.look();
    var what = which.did() > 0 ? "dead message " + which.did() : which.kind() + " " + which.code();
    events.accept(
        NodeEvent.info("queue.redriven", what, back + " redriven by " + command.actor())
            .because(command.reason())
            .with(Map.of("actor", command.actor(), "count", Integer.toString(back))));
  }

  private Result<Redriven> counted(dev.meshkit.queue.PoisonFilter which)
      throws InterruptedException {
    var count = 0;
    var after = 0L;
    while (true) {
      var page = queue.poison().list(which, after, PAGE);
      if (!(page instanceof Result.Ok<List<DeadTask>>(var rows))) return page.cast();
      count += rows.size();
      if (rows.size() < PAGE) break;
      after = rows.getLast().did();
    }
    return Result.ok(Redriven.newBuilder().setRedriven(count).setDryRun(true).build());
  }

  /** The error for a dead message that is not there. */
  static MeshError noneOf(long did) {
    return MeshError.of(
        "error.not_found",
        "dead message " + did,
        "there is none of that number: it was redriven, went its way, or never was",
        "see meshkit poison list",
        MeshError.Retry.NEVER);
  }

  private static PoisonItem item(DeadTask dead) {
    return PoisonItem.newBuilder()
        .setId(dead.did())
        .setMessageId(dead.id().toString())
        .setQueue(dead.queue())
        .setLane(dead.lane().toString())
        .setKind(dead.kind())
        .setReason(PoisonItem.Reason.valueOf(dead.reason().name()))
        .setCode(dead.code())
        .setText(dead.why())
        .setAttempts(dead.attempts())
        .setCrashes(dead.crashes())
        .setRedrives(dead.redrives())
        .setEnqueuedAt(Times.of(dead.enqueuedWall()))
        .setDiedAt(Times.of(dead.diedWall()))
        .setBodyBytes(dead.sizeBytes())
        .build();
  }

  private static PoisonMessage whole(DeadTask dead) {
    var message =
        PoisonMessage.newBuilder()
            .setItem(item(dead))
            .putAllHeaders(dead.headers())
            .setBody(ByteString.copyFrom(dead.body().asBuffer()));
    for (var failed : dead.errors()) {
      message.addHistory(
          PoisonMessage.Attempt.newBuilder()
              .setAttempt(failed.attempt())
              .setAt(Times.of(failed.wall()))
              .setPeer(dead.lane().key())
              .setCode(failed.code())
              .setText(failed.why()));
    }
    return message.build();
  }
}
