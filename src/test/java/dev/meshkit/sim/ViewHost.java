package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Onlooker;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gossip.Effect;
import dev.meshkit.gossip.Head;
import dev.meshkit.gossip.Input;
import dev.meshkit.wire.RecordCodec;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The committed records that one process knows of scopes it does not vote in, with its disk; and
 * whoever asks is told of all scopes. The model of {@code node.Views}.
 */
final class ViewHost implements Host {
  /** The name under which its frames travel. */
  static final String CORE = "views";

  private static final long PASSED = 20_000L;
  private static final long CALL_TIMEOUT = 2_000_000_000L;

  private final SimNode node;
  private final SimDisk<SortedMap<Scope, ScopeRecord>> disk;
  private final boolean cuts;
  private final Deque<Scope> writing = new ArrayDeque<>();
  private final SortedMap<Integer, Effect.Fetch> calls = new TreeMap<>();
  private SortedMap<Scope, ScopeRecord> latest;
  private int called;

  /** {@code cuts}: gossip hears whom the whole revokes. */
  ViewHost(SimNode node, SimDisk<SortedMap<Scope, ScopeRecord>> disk, boolean cuts) {
    this.node = node;
    this.cuts = cuts;
    this.disk = disk;
    this.latest = disk.durable();
  }

  /** A disk that holds nothing. */
  static SortedMap<Scope, ScopeRecord> blank() {
    return Collections.emptySortedMap();
  }

  /** Whoever has a scope's committed record is asked for it. */
  private record Wanted(int call, Scope scope) {}

  /** The record, as bytes. */
  private record Given(int call, Bytes answer) {}

  private record Timeout(int call) {}

  @Override
  public void start() {
    disk.durable().keySet().forEach(this::viewed);
  }

  @Override
  public void receive(int from, Object frame) {
    switch (frame) {
      case Wanted(var call, var scope) ->
          node.send(from, CORE, new Given(call, RecordCodec.response(view(scope))));
      case Given(var call, var answer) -> {
        var fetch = calls.remove(call);
        var told = WireTrip.record(answer);
        if (fetch == null) return;
        if (told.isPresent()) told(fetch, told.get());
        else failed(fetch);
      }
      default -> throw new IllegalArgumentException("not for views: " + frame);
    }
  }

  @Override
  public void timer(Object what) {
    switch (what) {
      case Effect.Fetch fetch -> fetch(fetch);
      case Timeout(var call) -> {
        var fetch = calls.remove(call);
        if (fetch != null) failed(fetch);
      }
      default -> throw new IllegalArgumentException("not for views: " + what);
    }
  }

  private void fetch(Effect.Fetch fetch) {
    var stored = stored(fetch.head());
    if (stored.isPresent()) {
      told(fetch, stored.get());
      return;
    }
    var call = called++;
    calls.put(call, fetch);
    node.later(CALL_TIMEOUT, CORE, new Timeout(call));
    node.world().coverage().count(Coverage.Seen.FETCHED);
    var peer = node.world().number(fetch.from());
    node.send(peer, CORE, new Wanted(call, fetch.head().scope()));
  }

  private Optional<ScopeRecord> stored(Head head) {
    var known =
        node.hosts().get(head.scope().text()) instanceof ElectionHost host
            ? Optional.of(host.state().record())
            : Optional.ofNullable(latest.get(head.scope()));
    return known
        .filter(record -> record.content().generation() == head.generation())
        .filter(record -> record.content().hash().equals(head.hash()))
        .map(record -> record.as(new RecordId(head.term(), head.version())));
  }

  private void told(Effect.Fetch fetch, ScopeRecord record) {
    var scope = fetch.head().scope();
    if (node.hosts().containsKey(scope.text())) {
      var frame = Onlooker.told(scope, record);
      var heard = new dev.meshkit.election.Input.Received(fetch.from(), frame);
      node.later(PASSED, scope.text(), heard);
      return;
    }
    var before = latest.get(scope);
    if (before != null && !Onlooker.goesOver(before, record)) {
      var here = RecordCodec.head(scope, before);
      if (fetch.head().beats(here)) failed(fetch);
      return;
    }
    var next = new TreeMap<>(latest);
    next.put(scope, record);
    latest = next;
    writing.addLast(scope);
    node.commit(disk, CORE, next);
  }

  private void failed(Effect.Fetch fetch) {
    gossip(new Input.Unfetched(fetch.head(), fetch.from()));
  }

  @Override
  public void durable() {
    disk.complete();
    viewed(writing.removeFirst());
  }

  private void viewed(Scope scope) {
    var view = Objects.requireNonNull(disk.durable().get(scope));
    ElectionWatch.viewed(node, scope, view);
    gossip(new Input.Viewed(RecordCodec.head(scope, view)));
    if (cuts && scope.equals(Scope.GLOBAL)) gossip(new Input.Revoked(revoked(view)));
  }

  /** Whom a record of the whole revokes by name: the model of {@code node.Revocations}. */
  static SortedSet<NodeId> revoked(ScopeRecord view) {
    var named = new TreeSet<NodeId>();
    for (var revoked : view.content().revocations())
      if (revoked.key().isEmpty()) named.add(revoked.node());
    return named;
  }

  private void gossip(Input input) {
    node.later(PASSED, GossipHost.CORE, input);
  }

  /** Where a scope stands by what it knows to be committed. */
  Head head(Scope scope) {
    return view(scope)
        .map(record -> RecordCodec.head(scope, record))
        .orElse(new Head(scope, 1, 0, 0, Bytes.EMPTY));
  }

  private Optional<ScopeRecord> view(Scope scope) {
    if (node.hosts().get(scope.text()) instanceof ElectionHost host)
      return Optional.of(host.state().view());
    return Optional.ofNullable(disk.durable().get(scope));
  }

  @Override
  public void crash(double keep) {
    disk.crash(keep);
  }

  @Override
  public void stall(long until) {
    disk.stall(until);
  }

  @Override
  public void wake() {}

  @Override
  public void leave() {}

  @Override
  public void order(Op.Order order) {}

  @Override
  public void intrude(long ahead) {}

  /** What it knows, and whom it asks. */
  private record Known(
      SortedMap<Scope, ScopeRecord> latest, SortedMap<Integer, Effect.Fetch> calls) {}

  @Override
  public long held() {
    return new StateHash().of(new Known(latest, calls));
  }

  @Override
  public List<String> words() {
    return StateText.of(new Known(latest, calls));
  }

  @Override
  public Instant due() {
    return Instant.MAX;
  }

  @Override
  public void report(Census census) {}

  @Override
  public Optional<Fence> authority() {
    return Optional.empty();
  }
}
