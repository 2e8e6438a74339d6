package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What operators have a queue do and leave: pauses and weights, logged and audited. */
final class Orders {
  private static final System.Logger LOG = System.getLogger(Orders.class.getName());

  private final Ground ground;

  Orders(Ground ground) {
    this.ground = ground;
  }

  /** Pauses or resumes; the number in the audit. */
  Result<Long> mark(Target what, Audit by, boolean paused) throws InterruptedException {
    if (ground.life().isClosing()) return Result.err(ground.life().error());
    if (by.reason().isBlank()) return Result.err(QueueErrors.noReason(tried(paused)));
    LOG.log(
        Level.INFO,
        "{0} {1}: queue={2} actor={3} reason={4}",
        paused ? "paused" : "resumed",
        what,
        ground.options().name(),
        by.actor(),
        by.reason());
    return ground
        .life()
        .write(
            Op.record(
                "queue.pause",
                tx -> {
                  switch (what) {
                    case Target.Queue() -> {
                      LaneTable.pauseQueue(tx, ground.qid(), paused, by);
                      ground.lanes().pause(tx, paused);
                    }
                    case Target.OneLane(var lane) -> mark(tx, lane, by, paused);
                    case Target.Key key -> key.lanes().forEach(lane -> mark(tx, lane, by, paused));
                  }
                  var facts = facts(what, ground.options().name());
                  return AuditTrail.add(tx, kind(paused), facts, by, ground.wall());
                }));
  }

  /** A lane that is not there yet is made, so that it is paused when its first task comes. */
  private void mark(StoreTx tx, Lane lane, Audit by, boolean paused) {
    if (!paused && ground.lanes().find(lane).isEmpty()) return;
    var state = ground.lanes().getOrAdd(tx, lane);
    if (!paused) Rollback.resumes(tx, ground, state);
    state.set(tx, state.counts().paused(paused));
    LaneTable.pausedBy(tx, state.lid(), paused ? by.actor() : "");
  }

  /** How much a lane gives in its turn. */
  Result<Unit> weigh(Lane lane, int weight, Audit by) throws InterruptedException {
    if (ground.life().isClosing()) return Result.err(ground.life().error());
    var refusal = refusal(lane, weight, by);
    if (refusal.isPresent()) return Result.err(refusal.get());
    LOG.log(
        Level.INFO,
        "weighed {0}: queue={1} weight={2} actor={3} reason={4}",
        lane,
        ground.options().name(),
        weight,
        by.actor(),
        by.reason());
    return ground
        .life()
        .write(
            Op.record(
                "queue.weigh",
                tx -> {
                  var state = ground.lanes().getOrAdd(tx, lane);
                  LaneTable.weigh(tx, state.lid(), weight);
                  state.weigh(tx, weight);
                  var facts = facts(lane, weight, ground.options().name());
                  AuditTrail.add(tx, Job.Kind.WEIGH, facts, by, ground.wall());
                  return Unit.UNIT;
                }));
  }

  /** What an audit calls the change. */
  static Job.Kind kind(boolean paused) {
    return paused ? Job.Kind.PAUSE : Job.Kind.RESUME;
  }

  /** The change in words. */
  static String tried(boolean paused) {
    return paused ? "pausing" : "resuming";
  }

  /** Why a lane is not weighed so; empty if it is. */
  static Optional<MeshError> refusal(Lane lane, int weight, Audit by) {
    if (weight < 1) return Optional.of(noWeight(lane, weight));
    return by.reason().isBlank()
        ? Optional.of(QueueErrors.noReason("weighing " + lane))
        : Optional.empty();
  }

  /** A lane gives at least one task in its turn. */
  private static MeshError noWeight(Lane lane, int weight) {
    return MeshError.validation("weighing " + lane, weight + " is no weight", "give 1 or more");
  }

  /** What an audit says of a weight. */
  static Map<String, String> facts(Lane lane, int weight, String queue) {
    return Map.of("queue", queue, "lane", lane.toString(), "weight", Integer.toString(weight));
  }

  /** What an audit says of a pause. */
  static Map<String, String> facts(Target what, String queue) {
    var facts = new TreeMap<>(Map.of("queue", queue));
    switch (what) {
      case Target.Queue() -> {} // the queue is all there is to name
      case Target.OneLane(var lane) -> facts.put("lane", lane.toString());
      case Target.Key(var key) -> facts.put("key", key);
    }
    return facts;
  }
}
