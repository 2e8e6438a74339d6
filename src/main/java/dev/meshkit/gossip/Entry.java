package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All that a node knows of another: an element of the lattice that {@link Merge} joins.
 *
 * @param key the newest life heard of, and the worst said of it
 * @param attrs the newest attributes heard of, perhaps of an older life; {@link Attrs#NONE} if none
 * @param accusers who accuses that life, at most {@link #MAX_ACCUSERS}, the smallest names
 */
public record Entry(Key key, Attrs attrs, SortedSet<NodeId> accusers) {
  /** How many accusers are kept: more change no timeout. */
  public static final int MAX_ACCUSERS = 8;

  /** The least entry: nothing is known. */
  public static final Entry NOTHING =
      new Entry(new Key(0, 0, Rank.ALIVE), Attrs.NONE, Collections.emptySortedSet());

  /** Copies the accusers. */
  public Entry {
    accusers =
        accusers.isEmpty()
            ? Collections.emptySortedSet()
            : Collections.unmodifiableSortedSet(new TreeSet<>(accusers));
  }

  /** What a node says of itself in a life. */
  public static Entry alive(Attrs attrs) {
    return new Entry(Key.of(attrs.life(), Rank.ALIVE), attrs, new TreeSet<>());
  }

  /** The same attributes, something else said of the same life. */
  public Entry ranked(Rank rank) {
    return new Entry(key.ranked(rank), attrs, accusers);
  }

  /** Said of the same life by {@code accuser} too. */
  public Entry accused(Rank rank, NodeId accuser) {
    return Merge.merge(this, new Entry(key.ranked(rank), attrs, new TreeSet<>(List.of(accuser))));
  }
}
