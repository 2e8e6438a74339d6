package dev.meshkit.election;

import dev.meshkit.api.NodeId;

/**
 * A region that the whole cluster has agreed on, and who founds its scope: nobody else may.
 *
 * @param name as in the names of its nodes
 * @param generation the incarnation of its scope that the founder begins, from 1
 * @param founder its first voter, a node of that region, by the store that votes
 */
public record Region(String name, int generation, Seat founder) implements Comparable<Region> {
  /** Checks that the founder lives there. */
  public Region {
    if (!NodeId.isName(name)) throw new IllegalArgumentException("not a region: '" + name + "'");
    if (generation < 1) throw new IllegalArgumentException("a generation is 1 or more");
    if (!founder.node().region().equals(name))
      throw new IllegalArgumentException(founder.node() + " is no node of region " + name);
    if (founder.store().isEmpty())
      throw new IllegalArgumentException("a founder is known by its store: " + founder.node());
  }

  /** By name: a record has one entry a region. */
  @Override
  public int compareTo(Region other) {
    return name.compareTo(other.name);
  }
}
