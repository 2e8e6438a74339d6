package dev.meshkit.queue;

import dev.meshkit.api.Disposition;

/**
 * What a {@link TaskQueuePump} does with a task.
 *
 * @param <T> what tasks carry
 */
@FunctionalInterface
public interface TaskHandler<T> {
  /**
   * Works on a task and says what came of it. Runs on a virtual thread of its own and may block up
   * to {@code maxRun}; the pump keeps the lease up meanwhile. It is interrupted when that is over,
   * when the lease is lost, and when the pump closes before it is done.
   *
   * <p>What it throws is a {@code Retry} with {@code error.exception}, an {@code Error} too.
   */
  Disposition handle(Lease<T> lease) throws Exception;
}
