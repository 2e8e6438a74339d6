package dev.meshkit.gossip;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Dials whoever should be there and is not: seeds until this node is in, afterwards the dead, the
 * remembered and the seeds, so that partitions heal and a mesh outlives its seeds.
 */
final class Healing {
  private static final Duration SEED = Duration.ofMinutes(1);
  private static final Duration REMEMBER = Duration.ofDays(7);
  private static final Duration DIAL = Duration.ofSeconds(5);
  private static final int PARALLEL = 3;

  private final Timing timing;
  private final Self self;
  private final MemberTable table;
  private final Lines lines;
  private final SortedMap<NodeId, Remembered> remembered = new TreeMap<>();
  private final SortedMap<String, Instant> dialling = new TreeMap<>();
  private final SortedMap<String, NodeId> owners = new TreeMap<>();
  private List<Endpoint> seeds = List.of();
  private List<Endpoint> absent = List.of(); // as of the table's version absentAt; -1: of none
  private long absentAt = -1;
  private boolean discovered;
  private Instant nextJoin = Instant.MAX;
  private Instant nextTry = Instant.MAX;
  private Instant nextSeed = Instant.MAX;

  Healing(GossipOptions options, Self self, MemberTable table, Lines lines) {
    timing = options.timing();
    this.self = self;
    this.table = table;
    this.lines = lines;
  }

  /** Begins at once. */
  void start(Turn turn, Past past) {
    for (var peer : past.peers()) {
      var old = peer.wallSeen().plus(REMEMBER).isBefore(turn.wall);
      if (!old && peer.key().rank() != Rank.LEFT && !peer.id().equals(self.id()))
        remembered.put(peer.id(), peer);
    }
    absentAt = -1;
    nextJoin = turn.now;
    nextTry = turn.now.plus(around(turn, timing.reconnect()));
    nextSeed = turn.now.plus(SEED);
  }

  /** Discovery's newest word. */
  void seeds(List<Endpoint> found) {
    seeds = found.stream().distinct().toList();
    discovered = true;
    absentAt = -1;
  }

  /** A dial has ended; whose endpoint it is, or {@link NodeId#NOBODY}. */
  void answered(Endpoint at, NodeId who) {
    dialling.remove(at.toString());
    absentAt = -1;
    if (who.isNobody()) owners.remove(at.toString());
    else owners.put(at.toString(), who);
  }

  /** Whether there is anybody to ask for entrance. */
  boolean hasNobodyToAsk() {
    return discovered && lines.isAlone() && absent(true).isEmpty();
  }

  /** Before this node is in: up to three at once, again and again. True if it was time to. */
  boolean join(Turn turn) {
    if (nextJoin.isAfter(turn.now)) return false;
    nextJoin = turn.now.plus(timing.period());
    for (var at : turn.chance.some(PARALLEL, absent(false))) dial(turn, at);
    return true;
  }

  /** Afterwards: one of the absent now and then, sooner the more there are. */
  void tick(Turn turn) {
    nextJoin = Instant.MAX;
    if (!nextSeed.isAfter(turn.now)) {
      nextSeed = turn.now.plus(SEED);
      if (table.n() < seeds.size())
        turn.chance.some(1, absentSeeds()).forEach(at -> dial(turn, at));
    }
    if (nextTry.isAfter(turn.now)) return;
    nextTry = turn.now.plus(around(turn, timing.reconnect()));
    var absent = absent(true);
    if (turn.chance.unit() * table.n() < absent.size())
      turn.chance.some(1, absent).forEach(at -> dial(turn, at));
  }

  /** When there is something to do. */
  Instant due(boolean joined) {
    if (!joined) return nextJoin;
    return nextTry.isBefore(nextSeed) ? nextTry : nextSeed;
  }

  private void dial(Turn turn, Endpoint at) {
    dialling.values().removeIf(until -> !until.isAfter(turn.now));
    if (dialling.putIfAbsent(at.toString(), turn.now.plus(DIAL)) == null)
      turn.emit(new Effect.Dial(at));
  }

  /** Endpoints of the dead, of the remembered, and of seeds; with or without the linked. */
  private List<Endpoint> absent(boolean linkedToo) {
    if (absentAt != table.version()) absent = absent();
    absentAt = table.version();
    if (linkedToo) return absent;
    return absent.stream().filter(at -> !lines.isUp(owner(at))).toList();
  }

  private List<Endpoint> absent() {
    var all = new ArrayList<>(absentSeeds());
    for (var peer : table.peers()) {
      var at = peer.entry.attrs().at();
      if (peer.entry.key().rank() == Rank.DEAD && !at.equals(Endpoint.NONE)) all.add(at);
    }
    for (var peer : remembered.values()) {
      var standing = table.standing(peer.id());
      if (!standing.isUp() && standing != Standing.LEFT) all.add(peer.at());
    }
    return all.stream().distinct().toList();
  }

  private List<Endpoint> absentSeeds() {
    var absent = new ArrayList<Endpoint>();
    for (var at : seeds) {
      var isHere = at.equals(self.at()) || owner(at).equals(self.id());
      if (!isHere && !table.standing(owner(at)).isUp()) absent.add(at);
    }
    if (absent.isEmpty()) return absent;
    for (var peer : table.peers())
      if (peer.standing.isUp()) absent.remove(peer.entry.attrs().at()); // each is a seed once
    return absent;
  }

  private NodeId owner(Endpoint at) {
    return owners.getOrDefault(at.toString(), NodeId.NOBODY);
  }

  private static Duration around(Turn turn, Duration pause) {
    return Duration.ofNanos((long) (pause.toNanos() * (0.8 + 0.4 * turn.chance.unit())));
  }
}
