package dev.meshkit.wire;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.List;

/**
 * What one node says of a change: what its build can run, what it has adopted, and what it uses.
 *
 * @param min the lowest version its build runs; 0 if it does not know the change
 * @param max the highest
 * @param baseline what it runs where nothing was ever committed
 * @param key whom decisions are about: 0 nobody in particular, 1 nodes, 2 links, 3 tenants
 * @param region whose own the change is; empty if it is the whole mesh's
 * @param epoch which epoch of the entry it has adopted; 0 if none
 * @param watched for how long it has been able to see what it uses
 * @param uses by version, when it last used it
 */
public record GateReport(
    int min,
    int max,
    int baseline,
    int key,
    String region,
    long epoch,
    Duration watched,
    List<Use> uses) {
  /** The most versions that one node reports to use. */
  public static final int MAX_USES = 64;

  /** Copies the list, and checks. */
  public GateReport {
    uses = List.copyOf(uses);
    var isKnown = min != 0 || max != 0;
    if (min < 0 || max < min || (isKnown && (baseline < min || baseline > max || min == 0)))
      throw new IllegalArgumentException(
          "want 1 <= min <= baseline <= max, not " + min + ", " + baseline + ", " + max);
    if (key < 0 || key > 3) throw new IllegalArgumentException("no key of a change: " + key);
    if (!region.isEmpty() && !NodeId.isName(region))
      throw new IllegalArgumentException("no region: " + region);
    if (epoch < 0 || watched.isNegative() || uses.size() > MAX_USES)
      throw new IllegalArgumentException("want an epoch, a time, and at most 64 versions in use");
  }

  /** Of a change that the node does not know. */
  public static GateReport unknown(Duration watched) {
    return new GateReport(0, 0, 0, 0, "", 0, watched, List.of());
  }

  /**
   * A version in use, or one that was.
   *
   * @param version which
   * @param ago how long ago; zero if it is now
   */
  public record Use(int version, Duration ago) {
    /** Checks the limits. */
    public Use {
      if (version < 1 || ago.isNegative())
        throw new IllegalArgumentException("want a version and a time, not " + version);
    }
  }
}
