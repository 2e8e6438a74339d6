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
import dev.meshkit.control.proto.Redriven;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.DeadTask;
import dev.meshkit.queue.LaneStats;
import dev.meshkit.queue.SafeTaskQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The durable queue and its dead as operators see them. Thread-safe. */
final class QueueDesk {
  private static final int PAGE = 500;

  private final SafeTaskQueue<?> queue;
  private final Runnable look;

  /** Over a queue; {@code look} tells its senders that there is new work. */
  QueueDesk(SafeTaskQueue<?> queue, Runnable look) {
    this.queue = queue;
    this.look = look;
  }

  /** Each lane, by name. */
  List<QueueItem> lanes(NodeNames names) {
    var stats = queue.stats();
    return stats.lanes().stream()
        .map(lane -> item(stats.queue(), stats.paused(), lane, names))
        .toList();
  }

  private static QueueItem item(String queue, boolean paused, LaneStats lane, NodeNames names) {
    var item =
        QueueItem.newBuilder()
            .setQueue(queue)
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
    if (paused || lane.paused()) item.setState(QueueItem.State.PAUSED);
    return item.build();
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
    if (command.dryRun()) return counted(which);
    return queue
        .poison()
        .redrive(which, new Audit(command.actor(), command.reason()))
        .onOk(_ -> look.run())
        .map(back -> Redriven.newBuilder().setRedriven(back).build());
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
        "there is none of that number: it was redriven, purged, or never was",
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
