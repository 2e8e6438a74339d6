package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which records are committed. What this node holds, durably, it passes on; what is newer it wants
 * of whoever said so, one teller at a time and the next one soon, and passes on only when it holds
 * it: so every teller can serve what it tells.
 */
final class Heads {
  /** The whole mesh and all its regions. */
  private static final int MAX_SCOPES = 257;

  private static final int MAX_TELLERS = 8;
  private static final int MAX_TRIES = 16;

  /** Heads are everywhere within 2 s: a silent teller must not cost them. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final NodeId self;
  private final Rumours rumours;
  private final SortedMap<Scope, Head> held = new TreeMap<>();
  private final SortedMap<Scope, Wanted> wanted = new TreeMap<>();
  private long sum;

  private static final class Wanted {
    private Head head;
    private Instant until = Instant.MIN;
    private int tries;
    private final Deque<NodeId> tellers = new ArrayDeque<>(); // whom to ask next, first

    Wanted(Head head) {
      this.head = head;
    }
  }

  Heads(NodeId self, Rumours rumours) {
    this.self = self;
    this.rumours = rumours;
  }

  /** This node's view of a scope is that record now, durably; {@code hush}: it was before, too. */
  void viewed(Turn turn, Head head, boolean hush) {
    var before = held.get(head.scope());
    if (before != null && !head.beats(before)) return;
    held.put(head.scope(), head);
    sum += head.part() - (before == null ? 0 : before.part()); // modulo 2^64
    var want = wanted.get(head.scope());
    var teller = self;
    if (want != null && !want.head.beats(head)) {
      if (want.head.equals(head) && !want.tellers.isEmpty()) teller = want.tellers.getLast();
      wanted.remove(head.scope());
    }
    if (!hush) rumours.changed(turn, new Rumour.OfHead(head.scope()), true, teller);
  }

  /** What somebody says is committed. */
  void hear(Turn turn, Head head, NodeId teller) {
    var known = held.get(head.scope());
    if (known != null && !head.beats(known)) return;
    var want = wanted.get(head.scope());
    if (want == null) {
      if (known == null && scopes() >= MAX_SCOPES) return;
      want = new Wanted(head);
      wanted.put(head.scope(), want);
    } else if (head.beats(want.head)) {
      want.head = head;
      want.tries = 0;
      want.tellers.clear(); // who told of an older one may not have this one
      want.until = Instant.MIN;
    } else if (want.head.beats(head)) {
      return;
    }
    if (want.tellers.contains(teller) || want.tellers.size() >= MAX_TELLERS) return;
    want.tellers.addFirst(teller);
    if (want.until.equals(Instant.MIN)) ask(turn, want);
  }

  /** A teller could not say what it told. */
  void failed(Turn turn, Head head, NodeId teller) {
    var want = wanted.get(head.scope());
    if (want == null || !want.head.equals(head)) return;
    want.tellers.remove(teller);
    if (want.tellers.isEmpty()) wanted.remove(head.scope()); // roots differ: a sync tells it again
    else ask(turn, want);
  }

  /** Asks the next one where an answer is late. */
  void tick(Turn turn) {
    for (var want : List.copyOf(wanted.values())) {
      if (want.until.isAfter(turn.now)) continue;
      if (want.tries >= MAX_TRIES) wanted.remove(want.head.scope());
      else ask(turn, want);
    }
  }

  private void ask(Turn turn, Wanted want) {
    var teller = want.tellers.removeFirst();
    want.tellers.addLast(teller);
    want.until = turn.now.plus(PATIENCE);
    want.tries++;
    turn.emit(new Effect.Fetch(teller, want.head));
  }

  /** When {@link #tick} has something to do. */
  Instant due() {
    var due = Instant.MAX;
    for (var want : wanted.values()) if (want.until.isBefore(due)) due = want.until;
    return due;
  }

  /** What this node holds of a scope it holds something of. */
  Head of(Scope scope) {
    return Objects.requireNonNull(held.get(scope), "no head of " + scope);
  }

  /** All that this node holds, by scope. */
  List<Head> all() {
    return new ArrayList<>(held.values());
  }

  /** Equal at nodes that hold the same. */
  long sum() {
    return sum;
  }

  private int scopes() {
    var unheld = wanted.keySet().stream().filter(scope -> !held.containsKey(scope)).count();
    return held.size() + (int) unheld;
  }
}
