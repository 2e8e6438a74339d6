package dev.meshkit.pipeline;

import java.time.Duration;

/**
 * Where a {@link Broadcast} goes, and what it does when there is no room.
 *
 * @param inlet where
 * @param rule what happens at its bound
 * @param patience how long {@link Rule#DETACH} waits for room
 * @param <T> an element
 */
public record Outlet<T>(Inlet<T> inlet, Rule rule, Duration patience) {
  /** What happens when an outlet has no room. */
  public enum Rule {
    /** Everyone waits: nothing is lost; for outlets that are known to drain. */
    PARK,
    /** Its oldest element is given up, counted. */
    DROP_OLDEST,
    /** The new element is not given to it, counted. */
    DROP_NEWEST,
    /** It is closed with {@code error.broadcast.slow} once its patience is over. */
    DETACH
  }

  /** An outlet by a rule without patience. */
  public static <T> Outlet<T> of(Inlet<T> inlet, Rule rule) {
    return new Outlet<>(inlet, rule, Duration.ZERO);
  }

  /** An outlet that is closed when it has had no room for {@code patience}. */
  public static <T> Outlet<T> detaching(Inlet<T> inlet, Duration patience) {
    return new Outlet<>(inlet, Rule.DETACH, patience);
  }
}
