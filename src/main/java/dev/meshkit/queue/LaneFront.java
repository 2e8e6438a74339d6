package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import java.time.Duration;
import java.time.Instant;

/**
 * What is at the front of a lane that has live tasks: why it does not move, if it does not.
 *
 * @param lane which
 * @param enqueuedWall when its first task was enqueued
 * @param untilRetry how long until the task that holds the lane is tried again; ZERO if none does
 * @param pausedBy who paused the lane or its queue; empty if nobody did
 * @param hold the task that holds the lane, and why
 */
public record LaneFront(
    Lane lane, Instant enqueuedWall, Duration untilRetry, String pausedBy, Hold hold) {
  /**
   * A task that everything behind it in a STRICT lane waits for.
   *
   * @param seq its number; 0 if the lane is not held
   * @param attempt charged attempts so far
   * @param maxAttempt the most
   * @param code of the last one's failure; empty if the task was put off before any failed
   * @param why that failure in words
   */
  public record Hold(long seq, int attempt, int maxAttempt, String code, String why) {
    /** Nothing holds the lane. */
    public static final Hold NONE = new Hold(0, 0, 0, "", "");

    /** By a task with this history; errors of an earlier life do not hold it. */
    static Hold of(long seq, int attempt, int maxAttempt, Bytes history) {
      var errors = Text.errors(history);
      if (attempt == 0 || errors.isEmpty()) return new Hold(seq, attempt, maxAttempt, "", "");
      var last = errors.getLast();
      return new Hold(seq, attempt, maxAttempt, last.code(), last.why());
    }
  }
}
