package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.time.Instant;
import java.util.SortedSet;
import java.util.TreeSet;

/** One probe under way: direct first, then through helpers, at its end an accusation. Mutable. */
final class Probe {
  final int seq;
  final NodeId target;

  /** The life that is accused if nobody answers; a newer one is innocent. */
  final Life life;

  final SortedSet<NodeId> asked = new TreeSet<>();
  final SortedSet<NodeId> nacked = new TreeSet<>();
  final SortedSet<NodeId> refusals = new TreeSet<>();
  Instant sent;
  Instant ackDue;
  Instant end;
  boolean helped;
  boolean refused;

  Probe(int seq, NodeId target, Life life, Instant sent) {
    this.seq = seq;
    this.target = target;
    this.life = life;
    this.sent = sent;
    ackDue = sent;
    end = sent;
  }

  /** Whether everyone who could answer was refused: no reason to wait for the end. */
  boolean isHopeless() {
    return refused && !asked.isEmpty() && refusals.containsAll(asked);
  }

  /** When something is due of it. */
  Instant due() {
    return helped || end.isBefore(ackDue) ? end : ackDue;
  }
}
