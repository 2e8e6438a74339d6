package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;

/** What operators have a memory queue do and leave. Thread-safe. */
final class MemoryOrders {
  private final MemoryGround ground;
  private final MemoryDoor door;
  private final MemorySettling settling;
  private final MemoryJobs jobs;

  MemoryOrders(MemoryGround ground, MemoryDoor door, MemorySettling settling, MemoryJobs jobs) {
    this.ground = ground;
    this.door = door;
    this.settling = settling;
    this.jobs = jobs;
  }

  /** Removes what the filter names. */
  Result<Integer> cancel(TaskFilter which, Audit by) {
    if (by.reason().isBlank()) return Result.err(QueueErrors.noReason("canceling"));
    return door.change(
        tx -> {
          var named = ground.book().tasks().stream().filter(task -> isNamed(task, which)).toList();
          named.forEach(task -> settling.cancel(tx, task));
          var what = new CancelSpec(ground.options().name(), which).text();
          jobs.audit(Job.Kind.CANCEL, what, named.size(), by);
          return Result.ok(named.size());
        });
  }

  private static boolean isNamed(MemoryTask task, TaskFilter which) {
    return (which.seq() == 0 || which.seq() == task.seq())
        && (which.kind().isEmpty() || which.kind().equals(task.row().kind()))
        && (which.lane().isEmpty() || which.lane().equals(task.lane().lane().key()));
  }

  /** Pauses or resumes; the number in the audit. */
  Result<Long> mark(Target what, Audit by, boolean paused) {
    if (by.reason().isBlank()) return Result.err(QueueErrors.noReason(Orders.tried(paused)));
    var actor = paused ? by.actor() : "";
    return door.change(
        tx -> {
          switch (what) {
            case Target.Queue() -> ground.book().pause(tx, actor);
            case Target.OneLane(var lane) -> mark(tx, lane, actor);
            case Target.Key key -> key.lanes().forEach(lane -> mark(tx, lane, actor));
          }
          var facts = Text.headers(Orders.facts(what, ground.options().name())).utf8();
          return Result.ok(jobs.audit(Orders.kind(paused), facts, 1, by));
        });
  }

  private void mark(MemoryTx tx, Lane lane, String actor) {
    if (actor.isEmpty() && ground.book().find(lane).isEmpty()) return;
    var found = ground.book().getOrAdd(tx, lane);
    found.pausedBy(actor);
    ground.book().set(tx, found, found.counts().paused(!actor.isEmpty()));
  }

  /** How much a lane gives in its turn. */
  Result<Unit> weigh(Lane lane, int weight, Audit by) {
    var refusal = Orders.refusal(lane, weight, by);
    if (refusal.isPresent()) return Result.err(refusal.get());
    return door.change(
        tx -> {
          ground.book().getOrAdd(tx, lane).quantum().weigh(weight);
          var facts = Orders.facts(lane, weight, ground.options().name());
          jobs.audit(Job.Kind.WEIGH, Text.headers(facts).utf8(), 1, by);
          return Result.ok();
        });
  }
}
