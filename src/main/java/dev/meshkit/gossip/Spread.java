package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Carries rumours on: a few neighbours every round, all of them at once when it is urgent. */
final class Spread {
  private static final int STRAY = 10;

  private final Duration interval;
  private final int fanout;
  private final NodeId self;
  private final MemberTable table;
  private final Post post;
  private final Rumours rumours;
  private Instant next = Instant.MAX;

  Spread(Timing timing, MemberTable table, Post post, Rumours rumours) {
    interval = timing.gossip();
    fanout = timing.fanout();
    self = table.self();
    this.table = table;
    this.post = post;
    this.rumours = rumours;
  }

  /** One round, if it is time and there is something to say. */
  void tick(Turn turn) {
    if (next.isAfter(turn.now)) return;
    next = Instant.MAX;
    var neighbours = table.overlay().neighbours();
    var targets = new TreeSet<NodeId>();
    for (var neighbour : turn.chance.some(fanout, neighbours)) {
      var stray = turn.chance.below(STRAY) == 0;
      targets.add(stray ? table.anyone(turn.chance) : neighbour);
    }
    for (var target : targets) post.round(turn, target);
  }

  /** What this step made urgent goes to all neighbours but its teller. */
  void flood(Turn turn) {
    var flood = rumours.takeFlood();
    var targets = table.overlay().neighbours();
    if (!flood.isEmpty()) {
      for (var target : targets) {
        var about = new ArrayList<Rumour>();
        flood.forEach(
            (rumour, teller) -> {
              if (!teller.equals(target)) about.add(rumour);
            });
        post.news(turn, target, about);
      }
    }
    var own = new Rumour.OfMember(self);
    for (var peer : turn.answerable)
      if (!flood.containsKey(own) || !targets.contains(peer)) post.news(turn, peer, List.of(own));
    if (!targets.isEmpty() && rumours.isWaiting() && next.equals(Instant.MAX))
      next = turn.now.plus(interval);
  }

  /** When {@link #tick} has something to do. */
  Instant due() {
    return next;
  }
}
