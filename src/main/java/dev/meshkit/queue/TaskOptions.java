package dev.meshkit.queue;

import java.time.Duration;
import java.util.Map;

/**
 * How a task is to be treated. ZERO and "" mean none, or the queue's default.
 *
 * @param when when it may first be leased
 * @param ttl how long it lives from the time on when it may first be leased, ZERO for its class's
 *     default
 * @param onExpiry what becomes of it then
 * @param maxAttempts deliveries in all, the first included; 0 for the queue's default
 * @param dedupKey a live task of the lane with the same key makes the enqueue a Duplicate, and for
 *     {@link QueueOptions#dedupWindow} one that has left
 * @param coalesceKey a waiting task of the lane with the same key is replaced, at its place
 * @param headers small facts beside the body, at most 64, together at most 16,384 characters; they
 *     count with the body against its 1 MiB and the queue's room
 */
public record TaskOptions(
    When when,
    Duration ttl,
    OnExpiry onExpiry,
    int maxAttempts,
    String dedupKey,
    String coalesceKey,
    Map<String, String> headers) {
  /** At once, with the queue's defaults. */
  public static final TaskOptions DEFAULTS =
      new TaskOptions(new When.Now(), Duration.ZERO, OnExpiry.POISON, 0, "", "", Map.of());

  /** Copies the headers and checks the signs. */
  public TaskOptions {
    headers = Map.copyOf(headers);
    if (ttl.isNegative() || maxAttempts < 0) {
      throw new IllegalArgumentException("ttl and maxAttempts must not be negative");
    }
  }

  /** These options with a dedup key. */
  public TaskOptions withDedupKey(String key) {
    return new TaskOptions(when, ttl, onExpiry, maxAttempts, key, coalesceKey, headers);
  }

  /** These options with a coalesce key. */
  public TaskOptions withCoalesceKey(String key) {
    return new TaskOptions(when, ttl, onExpiry, maxAttempts, dedupKey, key, headers);
  }

  /** These options with another start. */
  public TaskOptions withWhen(When other) {
    return new TaskOptions(other, ttl, onExpiry, maxAttempts, dedupKey, coalesceKey, headers);
  }

  /** These options with another life time. */
  public TaskOptions withTtl(Duration life, OnExpiry then) {
    return new TaskOptions(when, life, then, maxAttempts, dedupKey, coalesceKey, headers);
  }

  /** These options with another number of attempts. */
  public TaskOptions withMaxAttempts(int attempts) {
    return new TaskOptions(when, ttl, onExpiry, attempts, dedupKey, coalesceKey, headers);
  }

  /** These options with headers. */
  public TaskOptions withHeaders(Map<String, String> all) {
    return new TaskOptions(when, ttl, onExpiry, maxAttempts, dedupKey, coalesceKey, all);
  }
}
