package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.control.NodeNames;
import dev.meshkit.control.PauseOrder;
import dev.meshkit.control.proto.Paused;
import dev.meshkit.control.proto.QueueItem;
import dev.meshkit.control.proto.Reason;
import dev.meshkit.link.MessageEnd;
import dev.meshkit.link.Outbound;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.LaneFlow;
import dev.meshkit.queue.LaneFront;
import dev.meshkit.queue.LaneStats;
import dev.meshkit.queue.QueueStats;
import dev.meshkit.queue.Rollback;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.Settled;
import dev.meshkit.queue.Target;
import dev.meshkit.queue.TaskId;
import dev.meshkit.queue.TrafficClass;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The durable queue as operators see and hold it. Thread-safe. */
final class QueueDesk {
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
    var flows = byLane(queue.flows(), LaneFlow::lane);
    return queue
        .fronts()
        .map(
            fronts -> {
              var seen = new Seen(stats, byLane(fronts, LaneFront::lane), flows, names);
              return stats.lanes().stream().map(lane -> item(seen, lane)).toList();
            });
  }

  /** How a message ends, in the queue's words; see {@link SafeTaskQueue#await}. */
  Result<Settled> end(long message, Duration within) throws InterruptedException {
    return queue.await(new TaskId(message), within);
  }

  /** What such an end says to whoever sent the message; see {@link MessageEnd#of}. */
  Result<Unit> told(long message, Settled how) throws InterruptedException {
    return MessageEnd.of(queue, new TaskId(message), how);
  }

  /** One look at the queue. */
  private record Seen(
      QueueStats stats, Map<Lane, LaneFront> fronts, Map<Lane, LaneFlow> flows, NodeNames names) {}

  private static <T> Map<Lane, T> byLane(List<T> all, Function<T, Lane> lane) {
    var found = new HashMap<Lane, T>();
    all.forEach(one -> found.put(lane.apply(one), one));
    return found;
  }

  /** What keeps a lane's messages, if anything does, as {@link #lanes} says it. */
  Optional<Reason> keeps(Lane lane, NodeNames names) throws InterruptedException {
    return lanes(names).or(List.of()).stream()
        .filter(item -> item.getLane().equals(lane.key()))
        .filter(item -> item.getClass_().equals(lane.cls().text()))
        .filter(QueueItem::hasBlockedBy)
        .map(QueueItem::getBlockedBy)
        .findAny();
  }

  private QueueItem item(Seen seen, LaneStats lane) {
    var item =
        QueueItem.newBuilder()
            .setQueue(seen.stats().queue())
            .setLane(lane.lane().key())
            .setClass_(lane.lane().cls().text())
            .setPeer(seen.names().text(NodeId.parse(lane.lane().key())))
            .setState(QueueItem.State.OPEN)
            .setReady(Math.toIntExact(lane.ready()))
            .setDelayed(Math.toIntExact(lane.delayed()))
            .setLeased(Math.toIntExact(lane.leased()))
            .setDead(Math.toIntExact(lane.dead()))
            .setBytes(lane.bytes());
    if (lane.heldBy() != 0) item.setState(QueueItem.State.HELD);
    if (seen.stats().paused() || lane.paused()) {
      item.setState(QueueItem.State.PAUSED);
      item.setBlockedBy(reason("error.queue.paused", "paused"));
    }
    var flow = seen.flows().get(lane.lane());
    if (flow != null)
      moves(item, flow, lane.live()); // a lane that is younger than the look has none
    var front = seen.fronts().get(lane.lane());
    if (front != null) waits(item, front);
    return item.build();
  }

  /** How fast, to the hundredth, and how long so much takes. */
  private static void moves(QueueItem.Builder item, LaneFlow flow, long live) {
    item.setIn(hundredths(flow.in())).setOut(hundredths(flow.out()));
    flow.drainEta(live).ifPresent(left -> item.setDrainEta(Times.of(left)));
  }

  private static double hundredths(double rate) {
    return Math.round(rate * 100) / 100.0;
  }

  /** Since when the first message waits, and for what. */
  private void waits(QueueItem.Builder item, LaneFront front) {
    var now = wall.instant();
    var age = Duration.between(front.enqueuedWall(), now);
    item.setHeadAge(Times.of(age.isNegative() ? Duration.ZERO : age));
    if (front.untilRetry().isPositive()) item.setRetryAt(Times.of(now.plus(front.untilRetry())));
    if (!front.pausedBy().isEmpty()) {
      item.setBlockedBy(paused(front.pausedBy()));
      return;
    }
    var trouble = outbound.trouble(front.lane());
    if (item.getState() == QueueItem.State.OPEN && trouble.isPresent())
      item.setState(
          outbound.isCut(front.lane()) ? QueueItem.State.BREAKER_OPEN : QueueItem.State.HELD);
    if (front.hold().seq() != 0) item.setBlockedBy(held(front.hold()));
    trouble.ifPresent(kept -> item.setBlockedBy(reason(kept.code(), explained(kept))));
  }

  /** With the code that {@code meshkit explain} knows, where there is one. */
  private static String explained(MeshError kept) {
    var mk = kept.details().getOrDefault("mk", "");
    return mk.isEmpty() || kept.why().contains(mk) ? kept.why() : mk + " " + kept.why();
  }

  private static Reason paused(String by) {
    if (!Rollback.isBehind(by)) return reason("error.queue.paused", "paused by " + by);
    return reason("error.store.rollback", "MK-STO-012 mesh.db went back in time; paused by " + by);
  }

  /** What everything behind the first message waits for, where its sender does not say better. */
  private static Reason held(LaneFront.Hold hold) {
    var task = "message " + hold.seq();
    if (hold.code().isEmpty()) return reason("error.snoozed", task + " was put off");
    var tries = ", attempt " + hold.attempt() + " of " + hold.maxAttempt();
    return reason(hold.code(), task + tries + ": " + hold.why());
  }

  private static Reason reason(String code, String text) {
    return Reason.newBuilder().setCode(code).setText(text).build();
  }

  /** Stops or goes on sending; each change stands in the audit, with who wanted it and why. */
  Result<Paused> pause(PauseOrder order) throws InterruptedException {
    return switch (target(order.lane())) {
      case Result.Err<Target>(var error) -> Result.err(error);
      case Result.Ok<Target>(var target) -> pause(order, target);
    };
  }

  private Result<Paused> pause(PauseOrder order, Target target) throws InterruptedException {
    var answer = Paused.newBuilder().setResumed(order.resume()).setDryRun(order.dryRun());
    var names = names(target);
    var audit = 0L;
    if (!order.dryRun()) {
      var done =
          order.resume() ? queue.resume(target, order.by()) : queue.pause(target, order.by());
      if (!(done instanceof Result.Ok<Long>(var number))) return done.cast();
      audit = number;
    }
    for (var name : names) {
      answer.addTargets(Paused.Target.newBuilder().setName(name).setAudit(audit));
      if (!order.dryRun()) events.accept(event(order, name, audit));
    }
    if (order.resume() && !order.dryRun()) outbound.look();
    return Result.ok(answer.build());
  }

  /** What a person means by a lane: all of it, a lane, or the lanes of a key, there yet or not. */
  private static Result<Target> target(String text) {
    if (text.isEmpty()) return Result.ok(new Target.Queue());
    var cut = text.indexOf('/', text.indexOf('/') + 1);
    try {
      var peer = NodeId.parse(cut < 0 ? text : text.substring(0, cut)).toString();
      if (cut < 0) return Result.ok(new Target.Key(peer));
      return trafficClass(text.substring(cut + 1))
          .<Result<Target>>map(cls -> Result.ok(new Target.OneLane(new Lane(peer, cls))))
          .orElseGet(() -> Result.err(noLane(text, "its class is none")));
    } catch (IllegalArgumentException bad) {
      return Result.err(noLane(text, String.valueOf(bad.getMessage())));
    }
  }

  private static Optional<TrafficClass> trafficClass(String text) {
    return Stream.of(TrafficClass.values()).filter(cls -> cls.text().equals(text)).findFirst();
  }

  /** What is paused, for people: the lanes of a key that are there, or the key while none is. */
  private List<String> names(Target target) {
    return switch (target) {
      case Target.Queue() -> List.of(queue.options().name());
      case Target.OneLane(var lane) -> List.of(lane.toString());
      case Target.Key(var key) -> {
        var there =
            queue.stats().lanes().stream()
                .map(lane -> lane.lane())
                .filter(lane -> lane.key().equals(key))
                .map(Lane::toString)
                .toList();
        yield there.isEmpty() ? List.of(key) : there;
      }
    };
  }

  private static NodeEvent event(PauseOrder order, String name, long audit) {
    var type = order.resume() ? "queue.resumed" : "queue.paused";
    var done = order.resume() ? " resumed by " : " paused by ";
    return NodeEvent.info(type, name, name + done + order.by().actor())
        .because(order.by().reason())
        .with(Map.of("actor", order.by().actor(), "audit", Long.toString(audit)));
  }

  private static MeshError noLane(String text, String why) {
    return MeshError.validation(
        "'" + text + "' names no lane",
        why,
        "write region/name for all lanes of a peer, or region/name/class: control, state or bulk");
  }
}
