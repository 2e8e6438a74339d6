package dev.meshkit.api;

/**
 * The name of a peer, {@code <region>/<name>}: what its certificate says, and nothing else.
 *
 * <p>Region and name are 1–40 of {@code [a-z0-9-]}, first and last a letter or digit. Ordered by
 * its text. {@link #NOBODY} stands for the absence of a node.
 *
 * @param region the region, empty only in {@link #NOBODY}
 * @param name the node's name within its region
 */
public record NodeId(String region, String name) implements Comparable<NodeId> {
  private static final int MOST = 40;

  /** Not a node: nobody voted for, nobody known to lead. Sorts before every node. */
  public static final NodeId NOBODY = new NodeId("", "");

  /** Checks both parts. */
  public NodeId {
    var nobody = region.isEmpty() && name.isEmpty();
    if (!nobody && !(isName(region) && isName(name))) {
      throw new IllegalArgumentException(
          "not a node id: '" + region + "/" + name + "'; each part is 1-40 of [a-z0-9-]");
    }
  }

  /** The node {@code name} of {@code region}. */
  public static NodeId of(String region, String name) {
    return new NodeId(region, name);
  }

  /** Reads {@code region/name}; throws {@link IllegalArgumentException} for anything else. */
  public static NodeId parse(String text) {
    var slash = text.indexOf('/');
    if (slash < 0 || text.length() == 1) // "/" alone would read as NOBODY
    throw new IllegalArgumentException("not a node id: '" + text + "'; want region/name");
    return new NodeId(text.substring(0, slash), text.substring(slash + 1));
  }

  /** Whether a text may be a region or a node's name. */
  public static boolean isName(String text) {
    var last = text.length() - 1;
    if (last < 0 || last >= MOST || text.charAt(0) == '-' || text.charAt(last) == '-') return false;
    for (var i = 0; i <= last; i++) if (!isPart(text.charAt(i))) return false;
    return true;
  }

  private static boolean isPart(char one) {
    return (one >= 'a' && one <= 'z') || (one >= '0' && one <= '9') || one == '-';
  }

  /** Whether this is {@link #NOBODY}. */
  public boolean isNobody() {
    return name.isEmpty();
  }

  @Override
  public int compareTo(NodeId other) {
    var byRegion = region.compareTo(other.region);
    return byRegion != 0 ? byRegion : name.compareTo(other.name);
  }

  /** {@code region/name}; empty for {@link #NOBODY}. */
  @Override
  public String toString() {
    return isNobody() ? "" : region + "/" + name;
  }
}
