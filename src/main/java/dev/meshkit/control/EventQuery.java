package dev.meshkit.control;

import java.time.Instant;

/**
 * Which events to show.
 *
 * @param since wall time; only events at or after it, {@link Instant#EPOCH} for all
 * @param after only greater sequence numbers, 0 for all
 * @param typeGlob over the type with {@code *} for any run, as SQLite's GLOB reads it
 * @param limit the newest so many of those that match with {@code after} = 0, the oldest so many
 *     otherwise (so that a follower misses none); 1 to 10,000
 */
public record EventQuery(Instant since, long after, String typeGlob, int limit) {
  /** The most rows one answer holds. */
  public static final int MOST = 10_000;

  /** Checks the bounds; an empty glob means every type. */
  public EventQuery {
    if (limit < 1 || limit > MOST) throw new IllegalArgumentException("limit 1-10000: " + limit);
    if (typeGlob.isEmpty()) typeGlob = "*";
  }
}
