package dev.meshkit.transport;

import dev.meshkit.api.NodeId;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Which roads are permitted: those of this node's mode, and between two nodes the version of the
 * transport that both their regions permit. Version 1 is the legacy socket, 2 is HTTP/3 with its
 * fallback. Immutable: a change is another policy.
 *
 * @param mode what this node may use of version 2
 * @param windows by region; a region that is not named permits version 2 alone
 * @param decided which version a region's side of a link is to use
 */
public record RoadPolicy(RoadMode mode, Map<String, Window> windows, Decided decided) {
  /** The legacy socket. */
  public static final int LEGACY = 1;

  /** HTTP/3, or HTTP/2 where that is blocked. */
  public static final int CURRENT = 2;

  private static final Decided ALL_ALIKE = (_, window, _, _) -> OptionalInt.of(window.committed());

  /** Copies the map. */
  public RoadPolicy {
    windows = Map.copyOf(windows);
  }

  /** One that decides for all links of a region alike. */
  public RoadPolicy(RoadMode mode, Map<String, Window> windows) {
    this(mode, windows, ALL_ALIKE);
  }

  /** Which version a region's side of one link is to use. A function of its arguments. */
  @FunctionalInterface
  public interface Decided {
    /**
     * Empty if this build cannot run what is decided: then there is no road.
     *
     * @param region whose side
     * @param window what it permits
     * @param one an end of the link
     * @param other its other end
     */
    OptionalInt version(String region, Window window, NodeId one, NodeId other);
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
   * The version of the link between two nodes, whichever is named first: the lower of what both
   * sides decided if both permit it, else the highest that both permit; empty if there is none.
   */
  public OptionalInt version(NodeId one, NodeId other) {
    var mine = decided(one.region(), one, other);
    var theirs = decided(other.region(), one, other);
    if (mine.isEmpty() || theirs.isEmpty()) return OptionalInt.empty();
    var here = window(one.region());
    var there = window(other.region());
    var lower = Math.min(mine.getAsInt(), theirs.getAsInt());
    if (here.holds(lower) && there.holds(lower)) return OptionalInt.of(lower);
    var highest = Math.min(here.max(), there.max());
    return highest >= Math.max(here.min(), there.min())
        ? OptionalInt.of(highest)
        : OptionalInt.empty();
  }

  private OptionalInt decided(String region, NodeId one, NodeId other) {
    return decided.version(region, window(region), one, other);
  }
}
