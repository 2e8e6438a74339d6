package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.observe.RoadChangeEvent;
import dev.meshkit.transport.RoadFailure;
import dev.meshkit.transport.RoadKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What carries the Stream with each peer, and what did: the latest 16 changes a peer, of at most
 * 1,024 peers. Tells whoever listens of what an operator should know. Thread-safe.
 */
final class RoadHistory {
  static final String NONE = "NONE";
  static final String BLOCKED = "BLOCKED";

  private static final Map<String, RoadNews.What> NO_ROAD =
      Map.of(RoadFailure.NO_UDP, RoadNews.What.NO_UDP, NoRoad.NO_VERSION, RoadNews.What.NO_VERSION);

  private static final int CHANGES = 16;
  private static final int PEERS = 1_024;
  private static final int ALL_BUT_FEW = 3;
  private static final double NEARLY_ALL = 0.8;

  /** A peer without a Stream for so long is gone, and not one that is about to come back. */
  private static final Duration GONE = Duration.ofMinutes(10);

  /** One of two nodes hears first of another version: for so long the other may not have. */
  private static final Duration NOT_HEARD = Duration.ofSeconds(3);

  private final InstantSource wall;
  private final InstantSource monotonic;
  private final RoadNews.Sink news;
  private final Map<NodeId, Past> peers = new ConcurrentHashMap<>();
  private boolean udpBlocked; // guarded by this

  /** One peer's; guarded by itself. */
  private static final class Past {
    final Deque<RoadChange> changes = new ArrayDeque<>();
    String now = NONE;
    String reason = "OPENED";
    boolean downgraded;
    boolean switching;
    Optional<Instant> dialled = Optional.empty(); // monotonic; while another version is
    boolean legacy;
    boolean won;
    Optional<Instant> astray = Optional.empty(); // monotonic; since when no other road is had
    boolean stuck;
    String code = "";
    String told = "";
    Duration roundTrip = Duration.ZERO;
  }

  RoadHistory(InstantSource wall, InstantSource monotonic, RoadNews.Sink news) {
    this.wall = wall;
    this.monotonic = monotonic;
    this.news = news;
  }

  /**
   * A dial was won by HTTP/2 though HTTP/3 is permitted. Counted and told in one step: of peers
   * that fall at the same time each is told of as it is counted.
   */
  synchronized void downgraded(NodeId peer, String reason) {
    var past = past(peer);
    synchronized (past) {
      past.reason = reason;
      past.downgraded = true;
      past.won = true;
    }
    var before = udpBlocked;
    udpBlocked = isUdpBlocked();
    if (!udpBlocked) {
      news.accept(new RoadNews(RoadNews.What.DOWNGRADED, peer, reason, "MK-NET-003"));
    } else if (!before) {
      news.accept(new RoadNews(RoadNews.What.UDP_BLOCKED, NodeId.NOBODY, reason, "MK-NET-003"));
    }
  }

  /** A dial was won by the road that is preferred. */
  void preferred(NodeId peer) {
    var past = past(peer);
    synchronized (past) {
      past.reason = past.switching ? "SWITCHED" : "OPENED";
      past.switching = false;
      past.downgraded = false;
      past.won = true;
    }
  }

  /** A dial was won by this road: tells of it if it is of another version than the last. */
  void won(NodeId peer, RoadKind road) {
    var past = past(peer);
    Optional<Instant> began;
    synchronized (past) {
      began = past.dialled;
      past.dialled = Optional.empty();
    }
    carried(peer, road, began.map(at -> Duration.between(at, monotonic.instant())));
  }

  private void carried(NodeId peer, RoadKind road, Optional<Duration> took) {
    var legacy = road == RoadKind.LEGACY;
    var past = past(peer);
    asWanted(peer);
    synchronized (past) {
      past.told = "";
      if (past.legacy == legacy) return;
      past.legacy = legacy;
    }
    var what = legacy ? RoadNews.What.LEGACY : RoadNews.What.LEFT_LEGACY;
    news.accept(new RoadNews(what, peer, "SWITCHED", "").in(took.orElse(Duration.ZERO)));
  }

  /** Another version of the transport is about to be dialled. */
  void switching(NodeId peer) {
    var past = past(peer);
    synchronized (past) {
      past.switching = true;
      past.dialled = Optional.of(monotonic.instant());
    }
  }

  /** The streams are about to move from HTTP/2 to HTTP/3. */
  void promoted(NodeId peer) {
    var past = past(peer);
    synchronized (past) {
      past.reason = "PROMOTED";
      past.downgraded = false;
    }
    news.accept(new RoadNews(RoadNews.What.PROMOTED, peer, "PROMOTED", ""));
  }

  /**
   * There is no road, and why: shown until there is one. What waits for an operator is told once.
   */
  void failed(NodeId peer, String code) {
    var what = NO_ROAD.get(code);
    var past = past(peer);
    boolean blocked;
    synchronized (past) {
      blocked = past.now.equals(BLOCKED);
      var isUp = !blocked && !past.now.equals(NONE);
      if (isUp && what != RoadNews.What.NO_VERSION) return; // the peer may have dialled us
      past.code = code;
      if (what != null && past.told.equals(code)) what = null;
      if (what != null) past.told = code;
    }
    if (blocked) become(peer, NONE, code);
    if (what != null) news.accept(new RoadNews(what, peer, "NO_ROAD", code));
  }

  /** Nobody known was looked for there, where UDP gets no answer and nothing else may be tried. */
  void silent(Endpoint at) {
    news.accept(
        new RoadNews(RoadNews.What.NO_UDP, NodeId.NOBODY, "NO_ROAD", RoadFailure.NO_UDP, at));
  }

  /**
   * The road of another version that is wanted cannot be had; the one there is stays. Told once,
   * and not before it has been so for a while.
   */
  void notSwitched(NodeId peer, String code) {
    var now = monotonic.instant();
    var past = past(peer);
    synchronized (past) {
      var since = past.astray.orElse(now);
      past.astray = Optional.of(since);
      if (past.stuck || now.isBefore(since.plus(NOT_HEARD))) return;
      past.stuck = true;
    }
    news.accept(new RoadNews(RoadNews.What.NOT_SWITCHED, peer, "STAYS", code));
  }

  /** The road to a peer is, or is about to be, of the version that is wanted. */
  void asWanted(NodeId peer) {
    var past = peers.get(peer);
    if (past == null) return;
    synchronized (past) {
      past.astray = Optional.empty();
      past.stuck = false;
    }
  }

  /** Why there is no road to a peer, as an MK code; empty if there is one, or nobody knows. */
  String code(NodeId peer) {
    var past = peers.get(peer);
    if (past == null) return "";
    synchronized (past) {
      return past.code;
    }
  }

  /** An identity was refused. */
  void blocked(NodeId peer, String code) {
    var past = past(peer);
    synchronized (past) {
      past.code = code;
    }
    become(peer, BLOCKED, code);
    news.accept(new RoadNews(RoadNews.What.BLOCKED, peer, "IDENTITY", code));
  }

  /** A Stream is live; {@code ours} says who dialled. */
  void live(NodeId peer, RoadKind road, boolean ours) {
    var past = past(peer);
    String reason;
    synchronized (past) {
      reason = ours ? past.reason : "OPENED_BY_PEER";
      past.code = "";
      past.told = "";
    }
    if (!ours) opened(peer, road);
    become(peer, road.name(), reason);
  }

  /** The peer dialled, and tells of that on its side; so does this one, which may have before. */
  private void opened(NodeId peer, RoadKind road) {
    var past = past(peer);
    boolean up;
    synchronized (past) {
      up = past.downgraded && road == RoadKind.H3;
      past.downgraded = past.downgraded && road == RoadKind.H2;
    }
    if (up) news.accept(new RoadNews(RoadNews.What.PROMOTED, peer, "OPENED_BY_PEER", ""));
    carried(peer, road, Optional.empty());
  }

  /** The round trip to a peer that has dialled us, as it says. */
  void measured(NodeId peer, Duration roundTrip) {
    var past = past(peer);
    synchronized (past) {
      past.roundTrip = roundTrip;
    }
  }

  /** The same; empty without a Stream. */
  Optional<Duration> roundTrip(NodeId peer) {
    var past = peers.get(peer);
    if (past == null) return Optional.empty();
    synchronized (past) {
      return Optional.of(past.roundTrip)
          .filter(measured -> measured.isPositive() && !past.now.equals(NONE));
    }
  }

  /** The Stream ended, and no other took its place. */
  void down(NodeId peer, String reason) {
    become(peer, NONE, reason);
  }

  /** The latest changes, oldest first. */
  List<RoadChange> of(NodeId peer) {
    var past = peers.get(peer);
    if (past == null) return List.of();
    synchronized (past) {
      return new ArrayList<>(past.changes);
    }
  }

  /** All peers there is something to tell of. */
  List<NodeId> peers() {
    return List.copyOf(peers.keySet());
  }

  private void become(NodeId peer, String to, String reason) {
    var past = past(peer);
    RoadChange change;
    synchronized (past) {
      if (past.now.equals(to)) return;
      change = new RoadChange(wall.instant(), past.now, to, reason);
      past.now = to;
      past.changes.add(change);
      if (past.changes.size() > CHANGES) past.changes.remove();
    }
    RoadChangeEvent.emit(peer.toString(), change.from(), to, reason);
  }

  /** Whether nearly all peers that are there are on HTTP/2, whoever dialled. */
  private boolean isUdpBlocked() {
    var gone = wall.instant().minus(GONE);
    var there = peers.values().stream().filter(past -> isThere(past, gone)).toList();
    var fallen = there.stream().filter(RoadHistory::isOnH2).count();
    return fallen >= ALL_BUT_FEW && fallen >= NEARLY_ALL * there.size();
  }

  private static boolean isThere(Past past, Instant gone) {
    synchronized (past) {
      var last = past.changes.peekLast();
      if (!past.now.equals(NONE)) return true;
      return last == null ? past.won : last.atWall().isAfter(gone);
    }
  }

  private static boolean isOnH2(Past past) {
    synchronized (past) {
      return past.downgraded || past.now.equals(RoadKind.H2.name());
    }
  }

  private Past past(NodeId peer) {
    var past = peers.computeIfAbsent(peer, _ -> new Past());
    if (peers.size() > PEERS) forget(peer);
    return past;
  }

  private void forget(NodeId butFor) {
    @Nullable NodeId gone = null;
    for (var entry : peers.entrySet()) {
      synchronized (entry.getValue()) {
        if (entry.getValue().now.equals(NONE) && !entry.getKey().equals(butFor)) {
          gone = entry.getKey();
        }
      }
    }
    if (gone != null) peers.remove(gone);
  }
}
