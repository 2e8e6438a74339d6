package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A dead task as operators see it.
 *
 * @param did its number among the dead, only growing
 * @param id its number as a task
 * @param queue the queue it was in
 * @param lane the lane it was in
 * @param kind what it is
 * @param reason why it is dead
 * @param code the stable name of the last error
 * @param why the last error in words
 * @param attempts charged attempts
 * @param crashes processes that died holding it
 * @param redrives how often it was brought back
 * @param enqueuedWall when it was enqueued
 * @param diedWall when it died
 * @param sizeBytes of its headers and body
 * @param headers small facts beside the body; empty in lists
 * @param body its body; empty in lists
 * @param errors how its attempts failed, oldest first, the last 16 in at most 4 KiB; empty in lists
 * @param stack where the last one failed, if an exception did it, at most 8 KiB; empty in lists
 */
public record DeadTask(
    long did,
    TaskId id,
    String queue,
    Lane lane,
    String kind,
    Reason reason,
    String code,
    String why,
    int attempts,
    int crashes,
    int redrives,
    Instant enqueuedWall,
    Instant diedWall,
    long sizeBytes,
    Map<String, String> headers,
    Bytes body,
    List<AttemptError> errors,
    String stack) {
  /** Copies the collections. */
  public DeadTask {
    headers = Map.copyOf(headers);
    errors = List.copyOf(errors);
  }
}
