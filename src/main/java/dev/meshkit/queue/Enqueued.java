package dev.meshkit.queue;

import dev.meshkit.api.Token;

/** What became of an enqueue. */
public sealed interface Enqueued {
  /** The task's number. */
  TaskId id();

  /**
   * Durable.
   *
   * @param id its number
   * @param token its stable name
   */
  record Accepted(TaskId id, Token token) implements Enqueued {}

  /**
   * A task of the lane, live or lately gone, has this dedup key; nothing was added.
   *
   * @param id that task
   */
  record Duplicate(TaskId id) implements Enqueued {}

  /**
   * It took the place of a waiting task with the same coalesce key.
   *
   * @param id its number
   * @param token its stable name
   * @param replaced the one that is gone
   */
  record Coalesced(TaskId id, Token token, TaskId replaced) implements Enqueued {}
}
