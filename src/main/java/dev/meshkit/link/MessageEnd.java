package dev.meshkit.link;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.queue.DeadTask;
import dev.meshkit.queue.Reason;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.Settled;
import dev.meshkit.queue.TaskId;
import java.util.Optional;

/** What the end of a message's task says to whoever sent it. */
public final class MessageEnd {
  private MessageEnd() {}

  /**
   * Ok if it is applied there or, of class STATE, given up without harm: superseded, or dropped as
   * its time was over. Else {@code error.message.dead}. Blocks for one read of what it died of.
   *
   * @param queue where it lay
   * @param task its task there
   * @param how what {@link SafeTaskQueue#await} said of it
   */
  public static Result<Unit> of(SafeTaskQueue<?> queue, TaskId task, Settled how)
      throws InterruptedException {
    return switch (how) {
      case Settled.Done _, Settled.Superseded _ -> Result.ok();
      case Settled.Dropped _ ->
          dead(
              task,
              "DROPPED it was the oldest of class STATE where there was no room for a newer one",
              "send what is so by now; see queue.limit.on_full, and what waits in meshkit queue");
      case Settled.Dead(var did, var reason) when did != 0 -> died(queue, task, did, reason);
      case Settled.Dead(_, var reason) when reason == Reason.OPERATOR ->
          dead(task, "OPERATOR it was canceled", "see v_jobs in mesh.db for who did it and why");
      case Settled.Dead _ -> Result.ok();
      case Settled.Requeued _, Settled.Stale _ ->
          throw new IllegalStateException("no end of task " + task + ": " + how);
    };
  }

  private static Result<Unit> died(SafeTaskQueue<?> queue, TaskId task, long did, Reason reason)
      throws InterruptedException {
    var shown = queue.poison().show(did);
    if (shown instanceof Result.Ok<Optional<DeadTask>>(var row) && row.isEmpty())
      return dead(
          task,
          reason + " it was number " + did + " among the dead, and has been removed from them",
          "see v_jobs in mesh.db for who purged it, or had it come back as another message, and"
              + " why; else [queue.poison] kept it no longer");
    var why = shown.or(Optional.empty()).map(row -> row.code() + ": " + row.why()).orElse("");
    return dead(task, reason + " " + why, "see meshkit poison show " + did);
  }

  private static Result<Unit> dead(TaskId task, String why, String fix) {
    var tried = "delivering message " + task;
    return Result.err(MeshError.of("error.message.dead", tried, why, fix, MeshError.Retry.NEVER));
  }
}
