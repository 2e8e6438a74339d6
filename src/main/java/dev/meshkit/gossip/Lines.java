package dev.meshkit.gossip;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is known of this node's links, and which ones it wants. */
final class Lines {
  private static final Duration NEED = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofSeconds(8);

  // Both in the order of their times, which never fall: whoever is next is the first.
  private final SequencedMap<NodeId, Instant> up = new LinkedHashMap<>(); // when last written to
  private final SequencedMap<NodeId, Need> needed = new LinkedHashMap<>();
  private final SortedSet<NodeId> refused = new TreeSet<>();
  private final SortedSet<NodeId> lost = new TreeSet<>();
  private SortedMap<NodeId, Endpoint> wanted = new TreeMap<>();
  private boolean needsOther = true;
  private long losses;
  private long tableSeen = -1;

  private record Need(Endpoint at, Instant until) {}

  /** A link is live. */
  void opened(NodeId peer, Instant now) {
    up.putLast(peer, now);
    refused.remove(peer);
  }

  /** Whether a link to this peer had been lost; true once a loss. */
  boolean isReunion(NodeId peer) {
    return lost.remove(peer);
  }

  /** A link ended, or none could be had. */
  void closed(NodeId peer, boolean hostRefused) {
    if (up.remove(peer) != null) {
      losses++;
      lost.add(peer);
    }
    if (hostRefused) refused.add(peer);
  }

  /** Who is linked. */
  SortedSet<NodeId> up() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(up.keySet()));
  }

  /** Whether nobody is linked. */
  boolean isAlone() {
    return up.isEmpty();
  }

  /** How many links have ended. */
  long losses() {
    return losses;
  }

  boolean isUp(NodeId peer) {
    return up.containsKey(peer);
  }

  /** Whether the last attempt to reach a peer was refused by its host. */
  boolean isRefused(NodeId peer) {
    return refused.contains(peer);
  }

  /** Something was sent. */
  void wrote(NodeId peer, Instant now) {
    if (up.containsKey(peer)) up.putLast(peer, now);
  }

  /** Links that were silent for so long that the far side must hear something. */
  SortedSet<NodeId> silent(Instant now) {
    var silent = new TreeSet<NodeId>();
    for (var link : up.entrySet()) {
      if (link.getValue().plus(SILENCE).isAfter(now)) break;
      silent.add(link.getKey());
    }
    return silent;
  }

  /** A link to a peer that is no neighbour is of use for a while. */
  void need(NodeId peer, Endpoint at, Instant now) {
    if (at.equals(Endpoint.NONE)) return;
    needed.putLast(peer, new Need(at, now.plus(NEED)));
    needsOther = true;
  }

  /** Says which links are wanted, if that changed. */
  void want(Turn turn, MemberTable table) {
    while (!needed.isEmpty() && !needed.firstEntry().getValue().until().isAfter(turn.now)) {
      needed.pollFirstEntry();
      needsOther = true;
    }
    if (!needsOther && table.version() == tableSeen) return; // as after nearly every step
    needsOther = false;
    tableSeen = table.version();
    var want = new TreeMap<NodeId, Endpoint>();
    for (var peer : table.overlay().neighbours()) {
      var at = table.entry(peer).attrs().at();
      if (!at.equals(Endpoint.NONE)) want.put(peer, at);
    }
    needed.forEach((peer, need) -> want.put(peer, need.at()));
    if (want.equals(wanted)) return;
    wanted = want;
    turn.emit(new Effect.Want(want));
  }

  /** When a need ends or a link has been silent too long. */
  Instant due() {
    var due = Instant.MAX;
    if (!needed.isEmpty()) due = needed.firstEntry().getValue().until();
    if (up.isEmpty()) return due;
    var silence = up.firstEntry().getValue().plus(SILENCE);
    return silence.isBefore(due) ? silence : due;
  }
}
