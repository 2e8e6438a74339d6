package dev.meshkit.queue;

import dev.meshkit.api.Token;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A task in a worker's hands. Its attempt was on disk before the worker got it.
 *
 * @param id the task
 * @param fence only the newest one settles the task
 * @param lane where it lies
 * @param kind what it is
 * @param attempt this attempt, from 1
 * @param crashes how often a process died holding it
 * @param origin its number in its lane, without gaps among those ever leased
 * @param value what it carries
 * @param enqueuedWall when it was enqueued
 * @param token its stable name, the same for every attempt and redrive
 * @param headers small facts beside the body
 * @param errors how earlier attempts failed, oldest first, at most 16
 * @param <T> the value's type
 */
public record Lease<T>(
    TaskId id,
    long fence,
    Lane lane,
    String kind,
    int attempt,
    int crashes,
    long origin,
    T value,
    Instant enqueuedWall,
    Token token,
    Map<String, String> headers,
    List<AttemptError> errors) {
  /** Copies the collections. */
  public Lease {
    headers = Map.copyOf(headers);
    errors = List.copyOf(errors);
  }
}
