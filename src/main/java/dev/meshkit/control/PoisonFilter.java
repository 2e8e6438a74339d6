package dev.meshkit.control;

/**
 * Which dead messages to list. Empty texts match everything.
 *
 * @param messageKind the topic
 * @param code the code it died of
 * @param before only ids below this; {@link Long#MAX_VALUE} for all
 * @param limit at most so many, 1 to 1,000
 */
public record PoisonFilter(String messageKind, String code, long before, int limit) {
  /** The most rows one answer holds. */
  public static final int MOST = 1_000;

  /** Checks the bounds. */
  public PoisonFilter {
    if (limit < 1 || limit > MOST) throw new IllegalArgumentException("limit 1-1000: " + limit);
  }

  /** The newest hundred of any kind. */
  public static PoisonFilter newest() {
    return new PoisonFilter("", "", Long.MAX_VALUE, 100);
  }
}
