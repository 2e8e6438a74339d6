package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * When to exchange whole tables: after a join or a reconnect, when roots have differed for a while
 * though no news is on its way, and now and then with anybody.
 */
final class Syncs {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration NOW_AND_THEN = Duration.ofMinutes(10);
  private static final Duration GIVE_UP = Duration.ofSeconds(30);

  private final Duration lag;
  private final int mostBytes;
  private final Self self;
  private final MemberTable table;
  private final Claims claims;
  private final Heads heads;
  private final Rumours rumours;
  private final Lines lines;
  private final Map<NodeId, Effect.Sync.Cause> asked = new LinkedHashMap<>(); // oldest first
  private final SortedMap<NodeId, Instant> differing = new TreeMap<>();
  private final SortedMap<NodeId, Instant> underWay = new TreeMap<>();
  private Instant mayStart = Instant.MIN;
  private Instant nowAndThen = Instant.MAX;
  private boolean unsifted;
  private long losses;
  private long parts;

  Syncs(
      GossipOptions options,
      Self self,
      MemberTable table,
      Post.Said said,
      Rumours rumours,
      Lines lines) {
    this.lag = options.timing().lag();
    this.mostBytes = options.limits().sync();
    this.self = self;
    this.table = table;
    this.claims = said.claims();
    this.heads = said.heads();
    this.rumours = rumours;
    this.lines = lines;
  }

  /** One with this peer is wanted soon; the first cause counts. */
  void ask(NodeId peer, Effect.Sync.Cause why) {
    unsifted |= asked.putIfAbsent(peer, why) == null;
  }

  /** What a peer's roots say. */
  void compare(Turn turn, NodeId peer, Sums theirs) {
    if (theirs.equals(sums())) differing.remove(peer);
    else if (lines.isUp(peer)) differing.putIfAbsent(peer, turn.now);
  }

  /** The sums that ride on every ack. */
  Sums sums() {
    return new Sums(table.sum(), 0, heads.sum());
  }

  /** How many peers held something else when they last said so. */
  int differing() {
    return differing.size();
  }

  /** One has ended, well or not. */
  void ended(NodeId peer) {
    underWay.remove(peer);
    differing.remove(peer);
  }

  /** A link went: what was asked of it is asked again when it is back. */
  void unlinked(NodeId peer) {
    asked.remove(peer);
    differing.remove(peer);
  }

  /** Starts at most one a second. */
  void tick(Turn turn) {
    underWay.values().removeIf(since -> !since.plus(GIVE_UP).isAfter(turn.now));
    if (nowAndThen.equals(Instant.MAX)) nowAndThen = turn.now.plus(NOW_AND_THEN);
    if (!nowAndThen.isAfter(turn.now)) {
      nowAndThen = turn.now.plus(NOW_AND_THEN);
      turn.chance
          .some(1, table.overlay().neighbours())
          .forEach(peer -> ask(peer, Effect.Sync.Cause.ROUTINE));
    }
    if (!rumours.isWaiting()) {
      differing.forEach(
          (peer, since) -> {
            if (!since.plus(lag).isAfter(turn.now)) ask(peer, Effect.Sync.Cause.DIFFERENCE);
          });
    }
    sift();
    if (asked.isEmpty() || mayStart.isAfter(turn.now)) return;
    var peer = asked.keySet().iterator().next();
    var why = Objects.requireNonNull(asked.remove(peer));
    underWay.put(peer, turn.now);
    mayStart = turn.now.plus(PAUSE);
    turn.emit(new Effect.Sync(peer, whole(turn), why));
  }

  /** Of those asked the linked and idle stay; they all are while nobody is new and no link ends. */
  private void sift() {
    if (!unsifted && lines.losses() == losses) return;
    asked.keySet().removeIf(peer -> !lines.isUp(peer) || underWay.containsKey(peer));
    losses = lines.losses();
    unsifted = false;
  }

  /** When {@link #tick} has something to do. */
  Instant due() {
    var due = asked.isEmpty() ? nowAndThen : mayStart;
    for (var since : underWay.values())
      if (since.plus(GIVE_UP).isBefore(due)) due = since.plus(GIVE_UP);
    if (rumours.isWaiting()) return due;
    for (var peer : differing.entrySet()) {
      var start = later(peer.getValue().plus(lag), mayStart);
      if (!underWay.containsKey(peer.getKey()) && start.isBefore(due)) due = start;
    }
    return due;
  }

  /** All that is known, this node included; of a table too large for one message a random part. */
  Table whole(Turn turn) {
    var members = new ArrayList<Told>();
    members.add(Told.of(self.id(), self.entry()));
    var known = List.copyOf(table.peers());
    var from = turn.chance.below(Math.max(1, known.size()));
    var bytes = 0;
    for (var i = 0; i < known.size() && bytes < mostBytes; i++) {
      var peer = known.get((from + i) % known.size());
      members.add(table.told(peer.id, turn.now));
      bytes += Post.size(peer.id, peer.entry, peer.attrsBytes());
    }
    if (members.size() <= known.size()) parts++;
    members.sort(Comparator.comparing(Told::id));
    return new Table(self.life(), members, claims.all(), heads.all());
  }

  /** How many messages held a part of the table only. */
  long parts() {
    return parts;
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
