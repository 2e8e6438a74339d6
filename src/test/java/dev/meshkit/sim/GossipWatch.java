package dev.meshkit.sim;

import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Change;
import dev.meshkit.gossip.Effect;
import dev.meshkit.gossip.Entry;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Gossip;
import dev.meshkit.gossip.Key;
import dev.meshkit.gossip.Life;
import dev.meshkit.gossip.Rank;
import dev.meshkit.gossip.Timing;
import dev.meshkit.gossip.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Turns what one gossip core shows into {@link Sight}s, whenever it changes. */
final class GossipWatch {
  /** After so long the sum is looked at even if nothing changed: the gone leave it with time. */
  private static final Duration SUM = Duration.ofMinutes(1);

  private static final Duration TELL = Duration.ofSeconds(1);

  private static final int FEW = 50; // nodes: then the sum is looked at whenever anything changed
  private static final int OF_MANY = 16; // else after each so many changes

  private final SimNode node;
  private final Gossip core;
  private final SortedMap<NodeId, Sight.Seen> view = new TreeMap<>();
  private final SortedSet<NodeId> contests = new TreeSet<>();

  private final SortedSet<NodeId> gone = new TreeSet<>();
  private final SortedMap<NodeId, Sight.Life> accused = new TreeMap<>();
  private final SortedMap<NodeId, Instant> toldAt = new TreeMap<>(); // what is held against it
  private final Duration stop; // who was due so long ago was stopped

  private long seen = -1;
  private Instant barred = Instant.MIN;
  private boolean isBarred;
  private Instant summedAt = Instant.EPOCH;
  private final int stride;
  private int changes;

  GossipWatch(SimNode node, Gossip core, Timing timing) {
    this.node = node;
    this.core = core;
    this.stride = node.world().nodes().size() <= FEW ? 1 : OF_MANY;
    var two = timing.period().multipliedBy(2);
    var second = Duration.ofSeconds(1);
    this.stop = two.compareTo(second) > 0 ? two : second;
  }

  /** Before each step: whether the process was stopped, and how long it must judge nobody then. */
  void wakes() {
    var now = node.monotonic();
    var due = core.due();
    var isLate = due.isAfter(Instant.EPOCH) && due.isBefore(now);
    var gap = isLate ? Duration.between(due, now) : Duration.ZERO;
    if (gap.compareTo(stop) > 0) {
      if (now.plus(gap).isAfter(barred)) barred = now.plus(gap);
      isBarred = true;
      count(Coverage.Seen.PAUSE_GUARDED);
      node.world().saw(new Sight.Woke(node.label()));
    } else if (isBarred && !now.isBefore(barred)) {
      isBarred = false;
      node.world().saw(new Sight.Awake(node.label()));
    }
  }

  /** After each step: reports every row that changed, this node's own first. */
  void look() {
    if (core.due().isBefore(node.monotonic())) node.world().saw(new Sight.Overdue(node.label()));
    if (core.version() == seen) {
      if (node.monotonic().isAfter(summedAt.plus(SUM))) sum();
      return;
    }
    seen = core.version();
    holds(node.id());
    for (var id : core.touched()) holds(id);
    for (var member : core.changed()) row(member);
    for (var id : List.copyOf(gone)) if (core.entry(id).equals(Entry.NOTHING)) forgotten(id);
    if (changes++ % stride == 0) sum();
  }

  private void holds(NodeId id) {
    var entry = core.entry(id);
    if (entry.key().rank().compareTo(Rank.DEAD) < 0) gone.remove(id);
    else if (!id.equals(node.id())) gone.add(id);
    node.world().saw(new Sight.Holds(node.label(), id, entry));
  }

  private void forgotten(NodeId id) {
    gone.remove(id);
    node.world().saw(new Sight.Forgets(node.label(), id));
    if (view.remove(id) != null) count(Coverage.Seen.TOMBSTONE_EXPIRED);
  }

  private void sum() {
    summedAt = node.monotonic();
    var held = core.held(summedAt);
    node.world().saw(new Sight.Summed(node.label(), core.sums().members(), held));
  }

  /** A frame that leaves with news of several. */
  void passes(List<Told> members) {
    if (members.size() < 2) return;
    var about = members.stream().map(Told::id).toList();
    node.world().saw(new Sight.Passes(node.label(), about));
  }

  /**
   * It heard a frame of a life, when it held {@code before} of who speaks: who is held for worse
   * than alive, and does not say that it leaves, is told so, once a second at most.
   */
  void hears(NodeId from, Frame frame, Key before, List<Effect> effects) {
    var now = node.monotonic();
    for (var effect : effects)
      if (effect instanceof Effect.Send(var to, var sent, _)
          && sent.body() instanceof Frame.Accused) toldAt.put(to, now);
    var held = before.rank() != Rank.ALIVE && frame.life().compareTo(before.life()) <= 0;
    if (!held || !core.entry(from).key().equals(before)) return;
    if (frame.body() instanceof Frame.Leaving) return;
    if (now.isBefore(toldAt.getOrDefault(from, Instant.MIN).plus(TELL))) return;
    node.world().saw(new Sight.Untold(node.label(), from));
  }

  /** At the end: of whose goodbyes it still knows, whether it shows them or not. */
  void keeps() {
    for (var other : node.world().nodes())
      if (core.entry(other.id()).key().rank() == Rank.LEFT)
        node.world().saw(new Sight.Remembers(node.label(), other.id()));
  }

  private void row(Member member) {
    contest(member.node(), member.status());
    var life = new Sight.Life(member.generation(), member.incarnation());
    accuses(member, life);
    var seen = new Sight.Seen(member.status(), life);
    if (seen.equals(view.put(member.node(), seen))) return;
    if (member.node().equals(node.id())) node.world().saw(new Sight.Issued(node.id(), life));
    node.world().saw(new Sight.Shown(node.label(), member.node(), member.status(), life));
  }

  /** Its own accusation, once a life. */
  private void accuses(Member member, Sight.Life life) {
    if (member.status() != Member.Status.SUSPECT) return;
    if (!core.entry(member.node()).accusers().contains(node.id())) return;
    if (!life.equals(accused.put(member.node(), life)))
      node.world().saw(new Sight.Accuses(node.label(), member.node()));
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
    node.world().saw(new Sight.Parted(node.label(), who, left, now));
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

  /** Counts an exchange of tables, and why. */
  void syncs(Effect.Sync.Cause why) {
    count(Coverage.Seen.SYNC);
    count(
        switch (why) {
          case JOIN -> Coverage.Seen.SYNC_JOIN;
          case RETURN -> Coverage.Seen.SYNC_RETURN;
          case DIFFERENCE -> Coverage.Seen.SYNC_DIFFERENCE;
          case ROUTINE -> Coverage.Seen.SYNC_ROUTINE;
        });
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
