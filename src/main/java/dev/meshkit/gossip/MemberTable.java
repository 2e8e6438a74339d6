package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that is known of other nodes. News enters by {@link #hear}, verdicts by {@link #expire}. */
final class MemberTable {
  private static final Duration KEEP_DEAD = Duration.ofHours(24);
  private static final Duration KEEP_LEFT = Duration.ofHours(1);
  private static final Duration PRUNE = Duration.ofMinutes(1);

  private final Self self;
  private final Rumours rumours;
  private final StatusMachine machine;
  private final Duration period;
  private final int maxMembers;
  private final Roots roots = new Roots();
  private final SortedMap<NodeId, Peer> peers = new TreeMap<>();
  private final Map<NodeId, Peer> byId = new LinkedHashMap<>(); // the same, to look up
  private final SortedMap<NodeId, Peer> suspects = new TreeMap<>();
  private final SortedSet<NodeId> up = new TreeSet<>();
  private List<NodeId> inOrder = List.of(); // the same, as a list, when somebody last asked
  private boolean isOrderOld;
  private int accused; // of how many something worse is held than that they live
  private final SortedMap<NodeId, Floor> floors = new TreeMap<>();
  private SortedSet<NodeId> revoked = Collections.emptySortedSet();
  private final SortedSet<NodeId> unwritten = new TreeSet<>();
  private final SortedMap<NodeId, Peer> touched = new TreeMap<>();
  private final Rings rings;
  private Instant nextPrune = Instant.MAX;
  private long ignored;
  private long version;

  MemberTable(GossipOptions options, Self self, Rumours rumours) {
    this.self = self;
    this.rumours = rumours;
    machine = new StatusMachine(options.timing());
    period = options.timing().period();
    maxMembers = options.limits().members();
    rings = new Rings(options.self());
  }

  /** A step begins: nothing is touched yet. */
  void begin() {
    touched.clear();
  }

  /** Whoever this step changed, by name. */
  Collection<Peer> touched() {
    return Collections.unmodifiableCollection(touched.values());
  }

  /** One piece of news, by whomever. */
  void hear(Turn turn, Told told, NodeId teller) {
    if (told.id().equals(self.id())) {
      self.hear(turn, told.entry(), teller);
      return;
    }
    var peer = byId.get(told.id());
    if (peer == null) {
      if (!isAdmissible(told)) {
        ignored++;
        recall(turn, told, teller);
        return;
      }
      peer = new Peer(told.id(), Entry.NOTHING);
      peer.revoked = revoked.contains(told.id());
      peers.put(told.id(), peer);
      byId.put(told.id(), peer);
    }
    var after = Merge.merge(peer.entry, told.entry());
    if (!after.equals(peer.entry)) rise(turn, peer, after, teller);
    if (peer.isGone() && after.key().equals(told.entry().key())) older(turn, peer, told.age());
  }

  /** Who accuses an older life than is known here is told: it missed the refutation. */
  void correct(Turn turn, Told told, NodeId teller) {
    var peer = byId.get(told.id());
    var key = told.entry().key();
    if (peer == null || key.rank() == Rank.ALIVE) return;
    if (key.life().compareTo(peer.entry.key().life()) < 0) inform(turn, teller, told.id());
  }

  /** These are revoked, and nobody else is; what is held of them is not touched. */
  void revoke(Turn turn, SortedSet<NodeId> nodes) {
    revoked = nodes;
    for (var peer : List.copyOf(peers.values())) {
      if (peer.revoked == nodes.contains(peer.id)) continue;
      peer.revoked = !peer.revoked;
      if (peer.revoked) machine.revoke(turn, peer);
      else machine.restore(turn, peer, n());
      settle(turn, peer);
    }
  }

  /** Whether the cluster has revoked a node. */
  boolean isRevoked(NodeId id) {
    return revoked.contains(id);
  }

  /** This node, or an answer that stayed away, accuses a life. */
  void accuse(Turn turn, NodeId id, Life life) {
    var peer = byId.get(id);
    if (peer == null || !peer.entry.key().life().equals(life) || !peer.standing.isUp()) return;
    rise(turn, peer, peer.entry.accused(Rank.SUSPECT, self.id()), self.id());
  }

  /**
   * Whom nobody else accuses is told so once a period, and so is the mesh, until it refutes or
   * others find it silent too: of a node that is hard to hear one word is enough.
   */
  void plead(Turn turn) {
    for (var peer : suspects.values()) {
      if (!peer.isAccusedOnlyBy(self.id()) || peer.pleadAt.isAfter(turn.now)) continue;
      peer.pleadAt = turn.now.plus(period);
      turn.accused.add(peer.id);
      rumours.changed(turn, new Rumour.OfMember(peer.id), false, self.id());
    }
  }

  /** A suspect speaks, in {@code life}: whatever others say of it, it is there. */
  void heard(Turn turn, NodeId id, Life life) {
    var suspect = suspects.get(id);
    if (suspect != null && life.compareTo(suspect.entry.key().life()) >= 0)
      suspect.heardAt = turn.now;
  }

  /** Verdicts on all whose deadline has come and who have no sign of life to set against them. */
  void expire(Turn turn) {
    for (var peer : List.copyOf(suspects.values())) {
      if (!peer.deadline.isAfter(turn.now)) machine.reconsider(peer);
      if (peer.deadline.isAfter(turn.now)) continue;
      hold(peer, peer.entry.accused(Rank.DEAD, self.id()));
      if (peer.goneAt.equals(Instant.MAX)) peer.goneAt = turn.now;
      machine.expire(turn, peer);
      settle(turn, peer);
      rumours.changed(turn, new Rumour.OfMember(peer.id), false, self.id());
    }
  }

  /** This node was stopped for {@code gap}: nobody had the time to refute. */
  void pause(Duration gap) {
    for (var peer : suspects.values()) {
      peer.since = peer.since.plus(gap);
      peer.deadline = peer.deadline.plus(gap);
      if (!peer.heardAt.equals(Instant.MIN)) peer.heardAt = peer.heardAt.plus(gap);
    }
  }

  /** Forgets the long gone and takes the gone out of the root, once a minute. */
  void prune(Turn turn) {
    if (nextPrune.isAfter(turn.now)) return;
    nextPrune = Instant.MAX;
    for (var peer : List.copyOf(peers.values())) {
      if (!peer.isGone()) continue;
      if (peer.age(turn.now).compareTo(keep(peer)) >= 0) {
        forget(peer);
      } else {
        count(turn, peer);
      }
    }
  }

  /** When {@link #expire}, {@link #plead} or {@link #prune} has something to do. */
  Instant due() {
    var due = nextPrune;
    for (var peer : suspects.values()) {
      if (peer.deadline.isBefore(due)) due = peer.deadline;
      if (peer.isAccusedOnlyBy(self.id()) && peer.pleadAt.isBefore(due)) due = peer.pleadAt;
    }
    return due;
  }

  /** Whom to probe and whom to keep links to, for the statuses of now. */
  Overlay overlay() {
    return rings.overlay(up);
  }

  /** This node. */
  NodeId self() {
    return self.id();
  }

  /** Everyone ALIVE or SUSPECT but this node. */
  SortedSet<NodeId> up() {
    return Collections.unmodifiableSortedSet(up);
  }

  /** One of those, anyone; there must be somebody. */
  NodeId anyone(Chance chance) {
    if (isOrderOld) inOrder = List.copyOf(up);
    isOrderOld = false;
    return inOrder.get(chance.below(inOrder.size()));
  }

  /** How many are up, this node included. */
  int n() {
    return up.size() + 1;
  }

  /** All known others, by name. */
  Collection<Peer> peers() {
    return Collections.unmodifiableCollection(peers.values());
  }

  /** What is known of one; {@link Entry#NOTHING} of the unknown. */
  Entry entry(NodeId id) {
    if (id.equals(self.id())) return self.entry();
    var peer = byId.get(id);
    return peer == null ? Entry.NOTHING : peer.entry;
  }

  /** What the attributes of one take on the wire at most, bytes; 0 if none are known. */
  int attrsBytes(NodeId id) {
    if (id.equals(self.id()))
      return self.entry().attrs().isKnown() ? Post.size(self.entry().attrs()) : 0;
    var peer = byId.get(id);
    return peer == null ? 0 : peer.attrsBytes();
  }

  /** How one stands. */
  Standing standing(NodeId id) {
    if (id.equals(self.id())) return self.isLeaving() ? Standing.LEFT : Standing.ALIVE;
    var peer = byId.get(id);
    return peer == null ? Standing.ABSENT : peer.standing;
  }

  /**
   * One entry as it is told, whole. Of one that was forgotten the last that was known, as if it
   * were news: so it outlasts the contest that it causes where its subject is still seen.
   */
  Told told(NodeId id, Instant now) {
    var peer = byId.get(id);
    if (peer != null)
      return new Told(id, peer.entry, peer.isGone() ? peer.age(now) : Duration.ZERO);
    var floor = floors.get(id);
    if (floor == null) return Told.of(id, entry(id));
    return Told.of(id, new Entry(floor.key, Attrs.NONE, Collections.emptySortedSet()));
  }

  /** Whether {@code id}, who speaks in {@code life}, is to be told what is held against it. */
  boolean shouldTell(Instant now, NodeId id, Life life) {
    if (accused == 0 && floors.isEmpty()) return false; // as nearly always, and every frame asks
    var peer = byId.get(id);
    if (peer == null) {
      var floor = floors.get(id);
      return floor != null && life.compareTo(floor.key.life()) <= 0 && floor.isDue(now);
    }
    if (peer.entry.key().rank() == Rank.ALIVE) return false;
    if (life.compareTo(peer.entry.key().life()) > 0) return false;
    if (now.isBefore(peer.toldAt.plusSeconds(1))) return false;
    peer.toldAt = now;
    return true;
  }

  /** The sum of all that is held of everyone, this node included. */
  long sum() {
    return roots.sum() + Roots.hash(self.id(), self.entry().key());
  }

  /** Whose rows on disk are old, at most once. */
  List<NodeId> takeUnwritten() {
    var all = List.copyOf(unwritten);
    unwritten.clear();
    return all;
  }

  /** Everyone who is up was seen just now. */
  void touchAll() {
    unwritten.addAll(up);
  }

  /** Whether a row on disk is old. */
  boolean hasUnwritten() {
    return !unwritten.isEmpty();
  }

  /** Grows whenever a peer changed. */
  long version() {
    return version;
  }

  /** News that were not kept: of the long dead, or beyond the limit. */
  long ignored() {
    return ignored;
  }

  private void rise(Turn turn, Peer peer, Entry after, NodeId teller) {
    var before = peer.entry;
    var confirmed = peer.confirmations();
    hold(peer, after);
    if (!peer.isGone()) peer.goneAt = Instant.MAX;
    else if (peer.goneAt.equals(Instant.MAX) || !before.key().equals(after.key()))
      peer.goneAt = turn.now;
    var urgent = machine.risen(turn, peer, before, n());
    settle(turn, peer);
    var said = !before.key().equals(after.key()) || !before.attrs().equals(after.attrs());
    if (said || peer.confirmations() > confirmed)
      rumours.changed(turn, new Rumour.OfMember(peer.id), urgent, teller);
  }

  private void hold(Peer peer, Entry entry) {
    if (peer.isAccused()) accused--;
    peer.entry = entry;
    if (peer.isAccused()) accused++;
  }

  /** Brings everything that is derived from a peer up to date. */
  private void settle(Turn turn, Peer peer) {
    version++;
    touched.put(peer.id, peer);
    if (peer.standing == Standing.SUSPECT) suspects.put(peer.id, peer);
    else suspects.remove(peer.id);
    var changed = peer.standing.isUp() ? up.add(peer.id) : up.remove(peer.id);
    if (changed) {
      isOrderOld = true;
      if (peer.standing.isUp()) rings.joined(peer.id);
      else rings.left(peer.id);
      rumours.sized(n());
    }
    if (peer.isGone() && turn.now.plus(PRUNE).isBefore(nextPrune)) nextPrune = turn.now.plus(PRUNE);
    if (peer.standing != Standing.ABSENT) unwritten.add(peer.id);
    count(turn, peer);
  }

  private void older(Turn turn, Peer peer, Duration age) {
    var goneAt = turn.now.minus(age);
    if (goneAt.isBefore(peer.goneAt)) peer.goneAt = goneAt;
    count(turn, peer);
  }

  private void count(Turn turn, Peer peer) {
    var fresh = !peer.isGone() || peer.age(turn.now).multipliedBy(2).compareTo(keep(peer)) < 0;
    var part = fresh ? Roots.hash(peer.id, peer.entry.key()) : 0;
    roots.replace(peer.part, part);
    peer.part = part;
    if (peer.isGone() && nextPrune.equals(Instant.MAX)) nextPrune = turn.now.plus(PRUNE);
  }

  private void forget(Peer peer) {
    version++;
    roots.replace(peer.part, 0);
    peers.remove(peer.id);
    byId.remove(peer.id);
    rumours.forget(new Rumour.OfMember(peer.id));
    floors.put(peer.id, new Floor(peer.entry.key()));
    hold(peer, Entry.NOTHING);
    if (floors.size() > maxMembers) floors.remove(floors.firstKey());
  }

  /** Of an unknown node: neither the long gone nor the forgotten rise again. */
  private boolean isAdmissible(Told told) {
    var floor = floors.get(told.id());
    if (floor != null && told.entry().key().compareTo(floor.key) <= 0) return false;
    var rank = told.entry().key().rank();
    var keep = rank == Rank.LEFT ? KEEP_LEFT : KEEP_DEAD;
    var gone = rank == Rank.DEAD || rank == Rank.LEFT;
    if (gone && told.age().multipliedBy(2).compareTo(keep) >= 0) return false;
    return peers.size() < maxMembers;
  }

  /**
   * Whoever holds one for alive that was forgotten is told, so that a living subject refutes it.
   */
  private void recall(Turn turn, Told told, NodeId teller) {
    var floor = floors.get(told.id());
    if (floor == null || told.entry().key().compareTo(floor.key) > 0) return;
    if (told.entry().key().rank().compareTo(Rank.DEAD) >= 0 || !floor.isDue(turn.now)) return;
    inform(turn, teller, told.id());
  }

  private static void inform(Turn turn, NodeId teller, NodeId of) {
    turn.informed.computeIfAbsent(teller, _ -> new ArrayList<>()).add(of);
  }

  private static Duration keep(Peer peer) {
    return peer.entry.key().rank() == Rank.LEFT ? KEEP_LEFT : KEEP_DEAD;
  }
}
