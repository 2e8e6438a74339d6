package dev.meshkit.pipeline;

import java.time.Duration;

/**
 * Where a {@link Broadcast} goes, and what it does when there is no room.
 *
 * @param inlet where
 * @param rule what happens at its bound
 * @param <T> an element
 */
public record Outlet<T>(Inlet<T> inlet, Rule rule) {
  /**
   * What happens when an outlet has no room.
   *
   * @param kind what
   * @param patience how long a {@link Kind#DETACH} may be full; without meaning for others
   */
  public record Rule(Kind kind, Duration patience) {
    /** Everyone waits: nothing is lost; for outlets that are known to drain. */
    public static final Rule PARK = new Rule(Kind.PARK, Duration.ZERO);

    /** Its oldest element is given up, counted. */
    public static final Rule DROP_OLDEST = new Rule(Kind.DROP_OLDEST, Duration.ZERO);

    /** The new element is not given to it, counted. */
    public static final Rule DROP_NEWEST = new Rule(Kind.DROP_NEWEST, Duration.ZERO);

    /**
     * It is closed with {@code error.broadcast.slow} when it has been full for a second; until then
     * it may hold twice its capacity, and when that is full it is closed at once.
     */
    public static final Rule DETACH = new Rule(Kind.DETACH, Duration.ofSeconds(1));

    /** {@link #DETACH} with another patience. */
    public Rule after(Duration longest) {
      if (kind != Kind.DETACH) throw new IllegalStateException(kind + " has no patience");
      return new Rule(kind, longest);
    }
  }

  /** The kinds of {@link Rule}. */
  public enum Kind {
    /** All wait. */
    PARK,
    /** The oldest goes. */
    DROP_OLDEST,
    /** The newest goes. */
    DROP_NEWEST,
    /** The outlet goes. */
    DETACH
  }

  /** An outlet that is detached when it is too slow. */
  public static <T> Outlet<T> of(Inlet<T> inlet) {
    return new Outlet<>(inlet, Rule.DETACH);
  }

  /** An outlet by a rule. */
  public static <T> Outlet<T> of(Inlet<T> inlet, Rule rule) {
    return new Outlet<>(inlet, rule);
  }
}
