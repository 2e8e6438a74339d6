package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import java.time.Instant;

/** What the queue made of a worker's disposition. */
public sealed interface Settled {
  /** Acknowledged and gone. */
  record Done() implements Settled {}

  /**
   * It will be leased again.
   *
   * @param dueWall about when, by the wall clock
   * @param attempt how many attempts have been charged
   */
  record Requeued(Instant dueWall, int attempt) implements Settled {}

  /**
   * It is in the poison queue, or was: who asks later may find that it has been removed from it.
   *
   * @param did its number there; 0 if it was never there, but dropped or canceled
   * @param reason why
   */
  record Dead(long did, Reason reason) implements Settled {}

  /** A newer task with its coalesce key waits; it is gone. */
  record Superseded() implements Settled {}

  /** It was the oldest where there was no room ({@code DROP_OLDEST}); it is gone. */
  record Dropped() implements Settled {}

  /**
   * The lease is no longer this worker's; nothing was applied.
   *
   * @param why the error, {@code error.taskqueue.lease_inactive}
   */
  record Stale(MeshError why) implements Settled {}
}
