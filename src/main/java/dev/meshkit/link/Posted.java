package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import dev.meshkit.api.Sent;
import dev.meshkit.api.Token;
import dev.meshkit.api.Unit;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.Settled;
import dev.meshkit.queue.TaskId;
import java.time.Duration;

/**
 * A message in the queue, and how to hear of its end: however it ended, and whenever that was, the
 * queue tells, as far as it knows.
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
      case Result.Ok<Settled>(var how) -> MessageEnd.of(queue, task, how);
      case Result.Err<Settled>(var error) -> Result.err(error);
    };
  }
}
