package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Sent;
import dev.meshkit.api.Token;
import dev.meshkit.api.Unit;
import dev.meshkit.queue.DeadTask;
import dev.meshkit.queue.Reason;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.Settled;
import dev.meshkit.queue.TaskId;
import java.time.Duration;
import java.util.Optional;

/**
 * A message in the queue, and how to hear of its end: however it ended, and whenever that was, the
 * queue's tables tell.
 *
 * @param queue where it lies
 * @param task its task there
 * @param token what the receiver's handler sees
 */
record Posted(SafeTaskQueue<Bytes> queue, TaskId task, Token token) implements Sent {
  @Override
  public long id() {
    return task.seq();
  }

  @Override
  public Result<Unit> await(Duration wait) throws InterruptedException {
    return switch (queue.await(task, wait)) {
      case Result.Ok<Settled>(Settled.Dead(var did, var reason)) when did != 0 ->
          dead(did, reason.name());
      case Result.Ok<Settled>(Settled.Dead(_, var reason)) when reason == Reason.OPERATOR ->
          canceled();
      case Result.Ok<Settled> _ -> Result.ok();
      case Result.Err<Settled>(var error) -> Result.err(error);
    };
  }

  private Result<Unit> canceled() {
    return Result.err(
        MeshError.of(
            "error.message.dead",
            "delivering message " + task,
            "OPERATOR it was canceled",
            "see v_jobs in mesh.db for who did it and why",
            MeshError.Retry.NEVER));
  }

  private Result<Unit> dead(long did, String reason) throws InterruptedException {
    var why =
        queue.poison().show(did) instanceof Result.Ok<Optional<DeadTask>>(var shown)
            ? shown.map(dead -> dead.code() + ": " + dead.why()).orElse("")
            : "";
    return Result.err(
        MeshError.of(
            "error.message.dead",
            "delivering message " + task,
            reason + " " + why,
            "see meshkit poison show " + did,
            MeshError.Retry.NEVER));
  }
}
