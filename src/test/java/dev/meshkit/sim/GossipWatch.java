package dev.meshkit.sim;

import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Change;
import dev.meshkit.gossip.Gossip;
import dev.meshkit.gossip.Life;
import dev.meshkit.gossip.Rank;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Turns what one gossip core shows into {@link Sight}s, whenever it changes. */
final class GossipWatch {
  private final SimNode node;
  private final Gossip core;
  private final SortedMap<NodeId, Sight.Seen> view = new TreeMap<>();
  private final SortedSet<NodeId> contests = new TreeSet<>();

  private long seen = -1;

  GossipWatch(SimNode node, Gossip core) {
    this.node = node;
    this.core = core;
  }

  /** After each step: reports every row that changed, this node's own first. */
  void look() {
    if (core.version() == seen) return;
    seen = core.version();
    for (var member : core.changed()) row(member);
  }

  private void row(Member member) {
    contest(member.node(), member.status());
    var life = new Sight.Life(member.generation(), member.incarnation());
    var seen = new Sight.Seen(member.status(), life);
    if (seen.equals(view.put(member.node(), seen))) return;
    if (member.node().equals(node.id())) node.world().saw(new Sight.Issued(node.id(), life));
    node.world().saw(new Sight.Shown(node.id(), member.node(), member.status(), life));
  }

  /** How a death that was heard of, and is not believed yet, ends. */
  private void contest(NodeId of, Member.Status now) {
    if (now == Member.Status.SUSPECT && core.entry(of).key().rank() == Rank.DEAD) {
      contests.add(of);
    } else if (contests.remove(of)) {
      if (now == Member.Status.DEAD) count(Coverage.Seen.CONTEST_LOST);
      else if (now != Member.Status.LEFT) count(Coverage.Seen.CONTEST_WON);
    }
  }

  /** It was told that a life of another has left; nothing is made of one that is not shown. */
  void parted(NodeId who, Life life) {
    var now = view.get(who);
    if (now == null) return;
    var left = new Sight.Life(life.generation(), life.incarnation());
    node.world().saw(new Sight.Parted(node.id(), who, left, now));
  }

  /** Counts what the core tells people. */
  void told(Change change) {
    switch (change.kind()) {
      case SUSPECTED -> count(Coverage.Seen.SUSPECTED);
      case REFUTED -> count(Coverage.Seen.REFUTED);
      case DIED -> count(Coverage.Seen.DIED);
      case LEFT -> count(Coverage.Seen.LEFT);
      case REJOINED -> count(Coverage.Seen.REJOINED);
      case JOINED, RESTARTED, REFUSED, CLONED -> {}
    }
  }

  private void count(Coverage.Seen what) {
    node.world().coverage().count(what);
  }

  /** The life that this node shows of itself. */
  Sight.Life life() {
    var self = view.get(node.id());
    return self == null ? new Sight.Life(0, 0) : self.life();
  }

  /** All rows, as last seen. */
  SortedMap<NodeId, Sight.Seen> view() {
    return Collections.unmodifiableSortedMap(view);
  }
}
