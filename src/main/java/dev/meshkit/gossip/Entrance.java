package dev.meshkit.gossip;

import static dev.meshkit.gossip.Frame.Greet.Purpose.HELLO;
import static dev.meshkit.gossip.Frame.Greet.Purpose.JOIN;
import static dev.meshkit.gossip.Frame.Greet.Purpose.WELCOME;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Getting in and letting in. A joiner greets; whoever it greets dials the endpoint it names, and
 * only if the joiner itself answers there greets back; then the joiner syncs.
 */
final class Entrance {
  /**
   * Longer than the 6 s that a dial may take, which says itself how it ended. Not the design's 2 s:
   * where UDP is blocked HTTP/2 is taken only after 2 s, and whoever is reached so is reached
   * (T26).
   */
  private static final Duration DIAL_BACK = Duration.ofSeconds(7);

  private final Self self;
  private final MemberTable table;
  private final Post post;
  private final Lines lines;
  private final Syncs syncs;
  private final SortedMap<NodeId, Knock> knocks = new TreeMap<>();
  private boolean joined;

  private record Knock(Endpoint at, Instant until) {}

  Entrance(Self self, MemberTable table, Post post, Lines lines, Syncs syncs) {
    this.self = self;
    this.table = table;
    this.post = post;
    this.lines = lines;
    this.syncs = syncs;
  }

  /** Whether another let this node in, or there is nobody to ask. */
  boolean isJoined() {
    return joined;
  }

  /** This node is in. */
  void join(Turn turn) {
    if (joined) return;
    joined = true;
    self.announce(turn);
  }

  /** Greets a peer over a live link. */
  void greet(Turn turn, NodeId peer) {
    greet(turn, peer, joined ? HELLO : JOIN);
  }

  /** A peer greets. */
  void greeted(Turn turn, NodeId from, Life life, Frame.Greet greet) {
    if (Self.isFuture(life.generation(), turn.wall)) {
      refuse(turn, from, life, Refusal.FUTURE);
      return;
    }
    if (table.isRevoked(from)) { // its link ends; what it says until then is not heard
      refuse(turn, from, life, Refusal.REVOKED);
      return;
    }
    switch (greet.purpose()) {
      case JOIN -> knocked(turn, from, life, greet);
      case WELCOME -> syncs.ask(from, Effect.Sync.Cause.JOIN);
      case HELLO -> {
        var isNews = life.compareTo(table.entry(from).key().life()) > 0;
        var isBack = lines.isReunion(from) || !table.standing(from).isUp();
        if (joined && (isNews || isBack)) syncs.ask(from, Effect.Sync.Cause.RETURN);
      }
    }
  }

  private void knocked(Turn turn, NodeId from, Life life, Frame.Greet greet) {
    var known = table.entry(from);
    var isIn = table.standing(from).isUp() && known.attrs().generation() == life.generation();
    if (isIn && known.attrs().at().equals(greet.at())) {
      welcome(turn, from);
    } else if (greet.at().port() == 0) {
      refuse(turn, from, life, Refusal.UNREACHABLE);
    } else if (!knocks.containsKey(from)) {
      knocks.put(from, new Knock(greet.at(), turn.now.plus(DIAL_BACK)));
      turn.emit(new Effect.Dial(greet.at()));
    }
  }

  /** Somebody answered at an endpoint, or {@link NodeId#NOBODY} did. */
  void answered(Turn turn, Endpoint at, NodeId who) {
    for (var knock : List.copyOf(knocks.entrySet())) {
      if (!knock.getValue().at.equals(at)) continue;
      knocks.remove(knock.getKey());
      if (who.equals(knock.getKey())) welcome(turn, who);
      else refuse(turn, knock.getKey(), Life.NONE, Refusal.UNREACHABLE);
    }
  }

  /** A peer will not have this node. */
  void rejected(Turn turn, NodeId by, Frame.Reject reject) {
    tell(turn, self.id(), self.life(), by, reject.why() + ": " + reject.fix());
  }

  /** Gives up on joiners who could not be dialled in time. */
  void tick(Turn turn) {
    for (var knock : List.copyOf(knocks.entrySet())) {
      if (knock.getValue().until.isAfter(turn.now)) continue;
      knocks.remove(knock.getKey());
      refuse(turn, knock.getKey(), Life.NONE, Refusal.UNREACHABLE);
    }
  }

  /** When {@link #tick} has something to do. */
  Instant due() {
    var due = Instant.MAX;
    for (var knock : knocks.values()) if (knock.until.isBefore(due)) due = knock.until;
    return due;
  }

  private void welcome(Turn turn, NodeId joiner) {
    if (!lines.isUp(joiner)) return; // it will greet again over the next link
    greet(turn, joiner, WELCOME);
  }

  private void greet(Turn turn, NodeId peer, Frame.Greet.Purpose purpose) {
    var store = self.entry().attrs().store();
    post.bare(turn, peer, new Frame.Greet(self.nonce(), store, self.at(), purpose));
  }

  private void refuse(Turn turn, NodeId joiner, Life life, Refusal why) {
    var fix =
        switch (why) {
          case UNREACHABLE ->
              "let the address that the node advertises lead to it from " + self.id();
          case REVOKED -> "unrevoke the node, or give it another name";
          case FUTURE -> "set the node's clock: its generation is over a day ahead of " + self.id();
        };
    post.bare(turn, joiner, new Frame.Reject(why, fix));
    tell(turn, joiner, life, self.id(), why + ": " + fix);
  }

  private void tell(Turn turn, NodeId subject, Life life, NodeId by, String cause) {
    var standing = table.standing(subject);
    var kind = Change.Kind.REFUSED;
    turn.event(new Change(kind, subject, life, standing, standing, List.of(by), cause));
  }
}
