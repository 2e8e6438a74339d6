package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.util.SortedSet;
import java.util.TreeSet;

/** The join of the member lattice: everything a node ever learns of another passes through here. */
public final class Merge {
  private Merge() {}

  /**
   * The least entry that says all that {@code a} and {@code b} say. Total, idempotent, commutative
   * and associative, so order and repetition of news cannot matter.
   */
  public static Entry merge(Entry a, Entry b) {
    var attrs = a.attrs().compareTo(b.attrs()) >= 0 ? a.attrs() : b.attrs();
    var newer = a.key().compareTo(b.key()) > 0 ? a : b;
    var accusers =
        a.key().life().equals(b.key().life())
            ? smallest(a.accusers(), b.accusers())
            : newer.accusers();
    var nothingNew =
        newer.key().equals(a.key()) && attrs.equals(a.attrs()) && accusers.equals(a.accusers());
    return nothingNew ? a : new Entry(newer.key(), attrs, accusers); // as most of what is heard
  }

  private static SortedSet<NodeId> smallest(SortedSet<NodeId> a, SortedSet<NodeId> b) {
    if (a.containsAll(b)) return a;
    var all = new TreeSet<>(a);
    all.addAll(b);
    while (all.size() > Entry.MAX_ACCUSERS) all.removeLast();
    return all;
  }
}
