package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What others have said, so that a late frame cannot say it again, nor a copy of its sender
 * something else.
 *
 * @param term of the latest accepted beat; one leader a term, so the term names it
 * @param seq of that beat
 * @param stepped for each leader the latest term it gave up; at most {@link #LIMIT}
 * @param peers what the stores of others have shown
 */
record Heard(long term, long seq, SortedMap<NodeId, Long> stepped, Peers peers) {
  /** Leaders remembered; beyond that the one with the oldest term is forgotten. */
  static final int LIMIT = 2 * Content.MAX_VOTERS;

  static final Heard NOTHING = new Heard(0, 0, Collections.emptySortedMap(), Peers.NONE);

  /** Whether a beat says nothing new: it must not bind a voter again (KAFKA-20895). */
  boolean stale(NodeId leader, long inTerm, long itsSeq) {
    return inTerm <= stepped.getOrDefault(leader, -1L) || (inTerm == term && itsSeq <= seq);
  }

  Heard beat(long inTerm, long itsSeq) {
    return new Heard(inTerm, itsSeq, stepped, peers);
  }

  Heard steppedDown(NodeId leader, long inTerm) {
    var after = new TreeMap<>(stepped);
    after.merge(leader, inTerm, Math::max);
    if (after.size() > LIMIT) after.remove(oldest(after));
    return new Heard(term, seq, Collections.unmodifiableSortedMap(after), peers); // beats share it
  }

  /** As a later generation begins: its terms start anew. */
  Heard reborn() {
    return NOTHING.knowing(peers.reborn());
  }

  Heard knowing(Peers later) {
    return later.equals(peers) ? this : new Heard(term, seq, stepped, later);
  }

  private static NodeId oldest(SortedMap<NodeId, Long> stepped) {
    return Collections.min(stepped.entrySet(), Map.Entry.comparingByValue()).getKey();
  }
}
