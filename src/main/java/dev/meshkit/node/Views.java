package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Unit;
import dev.meshkit.election.Onlooker;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gossip.Head;
import dev.meshkit.gossip.Input;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.RecordCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The committed record of every scope that this node has heard of, durable before anybody is told:
 * what gates and revocations act from (E12). Of scopes it votes in the election says what is
 * committed; of all others gossip does. Thread-safe.
 */
final class Views implements ElectionPorts.Commits {
  private static final Duration ASK_WITHIN = Duration.ofSeconds(5);

  private final Store store;
  private final Mailbox<Input> gossip;
  private final ConcurrentSkipListMap<Scope, ScopeRecord> views;
  private final ConcurrentSkipListSet<Scope> untold = new ConcurrentSkipListSet<>();
  private volatile Map<Scope, ScopeElection> elections = Map.of();
  private volatile List<Watcher> watchers = List.of(); // replaced, never changed

  /**
   * Acts from views. Called with each that is new, by any thread, of one scope by one at a time.
   */
  @FunctionalInterface
  interface Watcher {
    /** A view is durable. Blocks shortly at most. */
    void viewed(Scope scope, ScopeRecord view);

    /** Tells gossip what its mailbox refused. Never blocks. */
    default void tell() {}
  }

  /** One answer of a peer to a sync: {@code PeerCalls.sync}. */
  @FunctionalInterface
  interface Ask {
    /** Blocks at most {@code within}. */
    Result<Bytes> sync(NodeId to, Bytes request, Duration within) throws InterruptedException;
  }

  private Views(Store store, Mailbox<Input> gossip, SortedMap<Scope, ScopeRecord> stored) {
    this.store = store;
    this.gossip = gossip;
    this.views = new ConcurrentSkipListMap<>(stored);
    untold.addAll(stored.keySet());
  }

  /** Reads what this node knew before, which it goes by from its first moment on. */
  static Result<Views> open(Store store, Mailbox<Input> gossip) throws InterruptedException {
    return store
        .submit(Op.record("views.load", ViewTable::load))
        .map(stored -> new Views(store, gossip, stored));
  }

  /** The scopes this node may take part in: of those that have begun, the election has the word. */
  void voting(Map<Scope, ScopeElection> scopes) {
    elections = Map.copyOf(scopes);
  }

  /** Has {@code by} act from views too, after who did before, from those there are already on. */
  synchronized void watch(Watcher by) {
    var all = new ArrayList<>(watchers);
    all.add(by);
    watchers = List.copyOf(all);
    views.forEach(by::viewed);
  }

  /** The committed record of a scope, as this node knows it, if it knows one. */
  Optional<ScopeRecord> of(Scope scope) {
    return Optional.ofNullable(views.get(scope));
  }

  /** Whether both vote in some scope, as far as is known. */
  boolean voteTogether(NodeId one, NodeId other) {
    return views.values().stream().anyMatch(view -> votes(view, one) && votes(view, other));
  }

  private static boolean votes(ScopeRecord view, NodeId node) {
    return view.content().voters().stream().anyMatch(seat -> seat.node().equals(node));
  }

  /** All of them, by scope. */
  SortedMap<Scope, ScopeRecord> all() {
    return new TreeMap<>(views);
  }

  @Override
  public void committed(Scope scope, ScopeRecord view) {
    take(scope, view);
    tell();
  }

  /** Tells gossip what its mailbox refused, or what was known before it ran. Never blocks. */
  void tell() {
    watchers.forEach(Watcher::tell);
    for (var scope : untold) {
      if (!untold.remove(scope)) continue;
      var known = of(scope).map(view -> new Input.Viewed(RecordCodec.head(scope, view)));
      if (known.isPresent() && !gossip.offer(known.get())) untold.add(scope);
    }
  }

  /**
   * Brings a view up to what a peer says is committed; blocks at most 5 s, for the peer's answer,
   * and until it is durable.
   */
  Input fetch(NodeId from, Head head, Ask peers) throws InterruptedException {
    var stored = stored(head);
    var record = stored.isPresent() ? stored : asked(from, head.scope(), peers);
    if (record.isEmpty()) return new Input.Unfetched(head, from);
    var election = election(head.scope());
    if (election.isEmpty()) return kept(from, head, record.get());
    var frame = Onlooker.told(head.scope(), record.get());
    return election.get().inputs().offer(new dev.meshkit.election.Input.Received(from, frame))
        ? new Input.Tick() // the election says so itself, once it is durable
        : new Input.Unfetched(head, from);
  }

  /** The election that has the word, of a scope that has begun here. */
  private Optional<ScopeElection> election(Scope scope) {
    return Optional.ofNullable(elections.get(scope)).filter(ScopeElection::isBegun);
  }

  /** E13: content that is here already only takes another id. */
  private Optional<ScopeRecord> stored(Head head) {
    var known = new ArrayList<ScopeRecord>(2);
    of(head.scope()).ifPresent(known::add);
    election(head.scope()).ifPresent(election -> known.add(election.view().record()));
    return known.stream()
        .filter(record -> record.content().generation() == head.generation())
        .filter(record -> record.content().hash().equals(head.hash()))
        .findFirst()
        .map(record -> record.as(new RecordId(head.term(), head.version())));
  }

  private static Optional<ScopeRecord> asked(NodeId from, Scope scope, Ask peers)
      throws InterruptedException {
    var reply = peers.sync(from, RecordCodec.request(scope), ASK_WITHIN);
    return reply instanceof Result.Ok<Bytes>(var bytes)
            && RecordCodec.response(bytes) instanceof Decoded.Whole<Optional<ScopeRecord>>(var got)
        ? got
        : Optional.empty();
  }

  private Input kept(NodeId from, Head head, ScopeRecord told) throws InterruptedException {
    var scope = head.scope();
    var before = views.get(scope);
    if (before == null || Onlooker.goesOver(before, told)) {
      var saved = store.submit(Op.record("views.save", tx -> ViewTable.save(tx, scope, told)));
      if (!(saved instanceof Result.Ok<Unit>)) return new Input.Unfetched(head, from);
      take(scope, told);
    }
    var now = of(scope).map(view -> RecordCodec.head(scope, view));
    return now.isPresent() && !head.beats(now.get())
        ? new Input.Viewed(now.get())
        : new Input.Unfetched(head, from);
  }

  /** A view that is durable. One at a time, or a watcher could be told of the older one last. */
  private synchronized void take(Scope scope, ScopeRecord told) {
    var now = views.merge(scope, told, (a, b) -> Onlooker.goesOver(a, b) ? b : a);
    if (!now.equals(told)) return;
    untold.add(scope);
    watchers.forEach(watcher -> watcher.viewed(scope, told));
  }
}
