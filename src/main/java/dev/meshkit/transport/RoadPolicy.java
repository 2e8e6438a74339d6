package dev.meshkit.transport;

import java.util.Map;
import java.util.OptionalInt;

/**
 * Which roads are permitted: those of this node's mode, and between two regions the version of the
 * transport that both permit. Version 1 is the legacy socket, 2 is HTTP/3 with its fallback.
 * Immutable: a change is another policy.
 *
 * @param mode what this node may use of version 2
 * @param windows by region; a region that is not named permits version 2 alone
 */
public record RoadPolicy(RoadMode mode, Map<String, Window> windows) {
  /** The legacy socket. */
  public static final int LEGACY = 1;

  /** HTTP/3, or HTTP/2 where that is blocked. */
  public static final int CURRENT = 2;

  /** Copies the map. */
  public RoadPolicy {
    windows = Map.copyOf(windows);
  }

  /**
   * What a region permits.
   *
   * @param min the lowest version that is served
   * @param max the highest
   * @param committed the one that is used where the other side permits it too
   */
  public record Window(int min, int max, int committed) {
    /** Version 2 alone. */
    public static final Window ONLY_CURRENT = new Window(CURRENT, CURRENT, CURRENT);

    /** Checks the order. */
    public Window {
      if (min < LEGACY || max > CURRENT || committed < min || committed > max) {
        throw new IllegalArgumentException(
            "want 1 <= min <= committed <= max <= 2, not %d, %d, %d"
                .formatted(min, committed, max));
      }
    }

    /** Whether this version is permitted. */
    public boolean holds(int version) {
      return version >= min && version <= max;
    }
  }

  /** Version 2 everywhere. */
  public static RoadPolicy of(RoadMode mode) {
    return new RoadPolicy(mode, Map.of());
  }

  /** What a region permits. */
  public Window window(String region) {
    return windows.getOrDefault(region, Window.ONLY_CURRENT);
  }

  /**
   * The version between two regions: the lower of both committed ones if both permit it, else the
   * highest that both permit; empty if there is none.
   */
  public OptionalInt version(String one, String other) {
    var here = window(one);
    var there = window(other);
    var lower = Math.min(here.committed(), there.committed());
    if (here.holds(lower) && there.holds(lower)) return OptionalInt.of(lower);
    var highest = Math.min(here.max(), there.max());
    return highest >= Math.max(here.min(), there.min())
        ? OptionalInt.of(highest)
        : OptionalInt.empty();
  }
}
