package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.util.Collections;
import java.util.SortedSet;

/**
 * Whom a node probes and talks to. Ten rings order all members differently; a node probes its
 * successor on each, so about 20 links suffice at any size, and every node has observers.
 *
 * @param subjects whom this node probes
 * @param neighbours whom it keeps links to: subjects and observers
 */
record Overlay(SortedSet<NodeId> subjects, SortedSet<NodeId> neighbours) {
  /** K. */
  static final int RINGS = 10;

  /** Nobody. */
  static final Overlay EMPTY =
      new Overlay(Collections.emptySortedSet(), Collections.emptySortedSet());
}
