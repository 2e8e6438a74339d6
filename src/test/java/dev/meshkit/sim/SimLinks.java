package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Input;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@code link.Links} does, without connections: opens the links that the core wants, redials
 * them, tells the core of those that come and go. A refused port is noticed at once, silence after
 * ten seconds.
 */
final class SimLinks {
  private static final long IDLE = 10_000_000_000L;
  private static final long DOWN = -1;
  private static final long DIAL_TIMEOUT = 2_000_000_000L;

  private final SimNode node;
  private final long[] heard; // by peer: the last sign on a link that is up
  private final SortedMap<Integer, Long> dialling = new TreeMap<>(); // since when
  private SortedSet<Integer> wanted = new TreeSet<>();

  SimLinks(SimNode node) {
    this.node = node;
    this.heard = new long[node.world().nodes().size()];
    Arrays.fill(heard, DOWN);
  }

  /** Keeps links to exactly these; others stay until they fall idle. */
  void want(SortedSet<Integer> peers) {
    wanted = new TreeSet<>(peers);
    for (var peer : wanted) dial(peer);
  }

  /** Whether a frame to a peer would leave. */
  boolean up(int peer) {
    return heard[peer] != DOWN;
  }

  /** Once a second: redials, keeps alive, gives up what is silent. */
  List<Input> tend() {
    var news = new ArrayList<Input>();
    var now = node.world().now();
    for (var dial : List.copyOf(dialling.entrySet()))
      if (dial.getValue() + DIAL_TIMEOUT < now) news.addAll(down(dial.getKey(), false));
    for (var peer = 0; peer < heard.length; peer++) {
      if (!up(peer)) continue;
      if (heard[peer] + IDLE < now) news.addAll(down(peer, false));
      else node.send(peer, GossipHost.CORE, new Wired.KeepAlive());
    }
    for (var peer : wanted) dial(peer);
    return news;
  }

  /** A frame came: any frame is a sign of life, some are the link's own. */
  List<Input> received(int from, Wired wired) {
    if (wired instanceof Wired.Refused) return down(from, true);
    var wasUp = up(from);
    heard[from] = node.world().now();
    if (!wasUp) dialling.remove(from); // nobody dials where a link is up
    if (wired instanceof Wired.Open) node.send(from, GossipHost.CORE, new Wired.Opened());
    return wasUp ? List.of() : List.of(new Input.LinkUp(name(from)));
  }

  private void dial(int peer) {
    if (up(peer) || dialling.containsKey(peer)) return;
    dialling.put(peer, node.world().now());
    node.send(peer, GossipHost.CORE, new Wired.Open());
  }

  private List<Input> down(int peer, boolean refused) {
    var was = up(peer);
    heard[peer] = DOWN;
    was |= dialling.remove(peer) != null;
    for (var twin : node.world().numbers(name(peer))) if (up(twin)) return List.of();
    return was ? List.of(new Input.LinkDown(name(peer), refused)) : List.of();
  }

  private NodeId name(int peer) {
    return node.world().nodes().get(peer).id();
  }
}
