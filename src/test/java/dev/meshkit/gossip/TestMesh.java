package dev.meshkit.gossip;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * Runs cores in virtual time over a network that loses only what a test cuts. The real simulator is
 * {@code dev.meshkit.sim}; this one is small enough to read beside a test.
 */
final class TestMesh {
  private static final Duration LATENCY = Duration.ofMillis(1);
  private static final Instant WALL = Instant.parse("2026-01-01T00:00:00Z");

  final SortedMap<NodeId, Host> hosts = new TreeMap<>();
  final Chance chance;
  final List<String> log = new ArrayList<>();
  BiPredicate<NodeId, NodeId> cut = (_, _) -> false;
  Instant now = Instant.EPOCH;

  /** How many records were asked for. */
  int fetches;

  /** Whether {@link #cut} is asked because of a dial. */
  boolean dialling;

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Timing timing;
  private long order;

  private record Event(Instant at, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      var byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** One machine: its core, and what survives a crash of it. */
  static final class Host {
    final NodeId id;
    Endpoint at;
    Gossip core;
    boolean up;
    Duration frozenUntil = Duration.ZERO;
    long saved;
    final SortedMap<NodeId, Remembered> disk = new TreeMap<>();
    final List<Change> changes = new ArrayList<>();
    final List<Effect> effects = new ArrayList<>();
    final TreeSet<NodeId> links = new TreeSet<>();
    Map<NodeId, Endpoint> wanted = Map.of();
    int life;
    long tick;

    Host(NodeId id, Endpoint at, Gossip core) {
      this.id = id;
      this.at = at;
      this.core = core;
    }

    Map<NodeId, Member.Status> view() {
      var view = new TreeMap<NodeId, Member.Status>();
      for (var member : core.members()) view.put(member.node(), member.status());
      return view;
    }

    List<Change.Kind> of(NodeId subject) {
      return changes.stream().filter(c -> c.node().equals(subject)).map(Change::kind).toList();
    }
  }

  TestMesh(long seed, Timing timing) {
    chance = new Chance(seed);
    this.timing = timing;
  }

  static NodeId id(int number) {
    return NodeId.of("eu", "n" + number);
  }

  static Endpoint endpoint(int number) {
    return new Endpoint("10.0.0." + number, 7443);
  }

  /** Starts a node, or starts it again on its disk, and lets it ask these seeds. */
  Host start(int number, int... seeds) {
    var old = hosts.get(id(number));
    var at = old == null ? endpoint(number) : old.at;
    var options = GossipOptions.of(id(number), Attrs.at(at)).timed(timing);
    var disk = old == null ? new TreeMap<NodeId, Remembered>() : old.disk;
    var past = new Past(old == null ? 0 : old.saved, List.copyOf(disk.values()));
    var core = new Gossip(options, past);
    var host = old == null ? new Host(id(number), endpoint(number), core) : old;
    host.core = core;
    host.up = true;
    host.life++;
    host.links.clear();
    host.wanted = Map.of();
    host.effects.clear();
    hosts.put(host.id, host);
    var ends = new ArrayList<Endpoint>();
    for (var seed : seeds) ends.add(endpoint(seed));
    step(host, new Input.Seeds(ends));
    return host;
  }

  /** A node that was started. */
  Host host(int number) {
    return Objects.requireNonNull(hosts.get(id(number)));
  }

  /** {@code n} nodes, all of which know the first. */
  void startAll(int n) {
    for (var i = 1; i <= n; i++) start(i, 1);
  }

  /** Stops a process without a word; its host answers that nobody listens there. */
  void kill(int number, boolean hostAnswers) {
    var dead = host(number);
    dead.up = false;
    for (var other : hosts.values()) {
      if (!other.up || !other.links.remove(dead.id)) continue;
      in(other, LATENCY, new Input.LinkDown(dead.id, hostAnswers));
    }
    dead.links.clear();
  }

  /** Ends all links that the cut runs through. */
  void cutLinks() {
    for (var host : hosts.values()) {
      for (var peer : List.copyOf(host.links)) {
        if (!cut.test(host.id, peer)) continue;
        host.links.remove(peer);
        in(host, LATENCY, new Input.LinkDown(peer, false));
      }
    }
  }

  void run(Duration time) {
    var end = now.plus(time);
    while (!events.isEmpty() && !events.peek().at.isAfter(end)) {
      var event = events.poll();
      now = event.at;
      event.what.run();
    }
    now = end;
  }

  void at(Duration after, Runnable what) {
    events.add(new Event(now.plus(after), order++, what));
  }

  void in(Host host, Duration after, Input input) {
    var life = host.life;
    at(
        after,
        () -> {
          if (host.up && host.life == life) step(host, input);
        });
  }

  void step(Host host, Input input) {
    var frozen = Duration.between(Instant.EPOCH.plus(host.frozenUntil), now).isNegative();
    if (frozen) {
      var life = host.life;
      events.add(
          new Event(
              Instant.EPOCH.plus(host.frozenUntil),
              order++,
              () -> {
                if (host.up && host.life == life) step(host, input);
              }));
      return;
    }
    var wall = WALL.plus(Duration.between(Instant.EPOCH, now));
    var effects = host.core.step(input, new Facts(now, wall, chance.next()));
    host.effects.addAll(effects);
    for (var effect : effects) perform(host, effect);
    var ticket = ++host.tick;
    if (host.core.due().equals(Instant.MAX) || !host.up) return;
    var wait = Duration.between(now, host.core.due());
    var life = host.life;
    at(
        wait.isNegative() ? Duration.ZERO : wait,
        () -> {
          if (host.up && host.life == life && host.tick == ticket) step(host, new Input.Tick());
        });
  }

  /** Who holds a head serves it, as long as it runs and no link is cut. */
  private void fetch(Host host, NodeId from, Head head) {
    var there = hosts.get(from);
    var serves = there != null && there.up && !cut.test(host.id, from) && !cut.test(from, host.id);
    var has = serves && there.core.heads().contains(head);
    fetches++;
    in(
        host,
        LATENCY.multipliedBy(2),
        has ? new Input.Viewed(head) : new Input.Unfetched(head, from));
  }

  private void perform(Host host, Effect effect) {
    switch (effect) {
      case Effect.Send(var to, var frame, _) -> {
        var there = hosts.get(to);
        if (there == null || !host.links.contains(to) || cut.test(host.id, to)) return;
        in(there, LATENCY, new Input.Received(host.id, frame));
      }
      case Effect.Dial(var at) -> {
        dialling = true;
        var there = whoIsAt(host, at);
        dialling = false;
        in(
            host,
            LATENCY.multipliedBy(2),
            there.<Input>map(h -> new Input.Dialled(at, h.id)).orElse(new Input.Undialled(at)));
      }
      case Effect.Sync(var with, var ours, _) -> sync(host, with, ours);
      case Effect.Fetch(var from, var head) -> fetch(host, from, head);
      case Effect.Answer(var slot, var ours) -> slot.answer(ours);
      case Effect.Want(var peers) -> {
        host.wanted = peers;
        connect(host);
      }
      case Effect.Event(var change) -> {
        host.changes.add(change);
        log.add(now.toEpochMilli() + " " + host.id + " " + change);
      }
      case Effect.Save(var generation) -> {
        host.saved = generation;
        in(host, Duration.ofMillis(5), new Input.Saved(generation));
      }
      case Effect.Remember(var peers) -> peers.forEach(peer -> host.disk.put(peer.id(), peer));
      case Effect.Stop _ -> {
        var number = Integer.parseInt(host.id.name().substring(1));
        at(LATENCY.multipliedBy(2), () -> kill(number, true));
      }
    }
  }

  private void connect(Host host) {
    for (var want : host.wanted.entrySet()) {
      if (host.links.contains(want.getKey())) continue;
      var there = whoIsAt(host, want.getValue());
      if (there.isPresent() && there.get().id.equals(want.getKey())) {
        host.links.add(want.getKey());
        there.get().links.add(host.id);
        in(host, LATENCY, new Input.LinkUp(want.getKey()));
        in(there.get(), LATENCY, new Input.LinkUp(host.id));
      } else {
        var life = host.life;
        at(
            Duration.ofMillis(500),
            () -> {
              if (host.up && host.life == life) connect(host);
            });
      }
    }
  }

  private Optional<Host> whoIsAt(Host from, Endpoint at) {
    for (var host : hosts.values())
      if (host.up && host.at.equals(at) && !cut.test(from.id, host.id)) return Optional.of(host);
    return Optional.empty();
  }

  private void sync(Host host, NodeId with, Table ours) {
    var there = hosts.get(with);
    if (there == null || !there.up || cut.test(host.id, with)) {
      in(host, Duration.ofSeconds(1), new Input.SyncFailed(with));
      return;
    }
    in(
        there,
        LATENCY,
        new Input.SyncAsked(
            host.id, ours, answer -> in(host, LATENCY, new Input.Synced(with, answer))));
  }

  /** Whether all running nodes show exactly the running nodes, ALIVE, with equal sums. */
  boolean agreed() {
    var running = hosts.values().stream().filter(host -> host.up).toList();
    var sums = running.stream().map(host -> host.core.sums()).distinct().count();
    return sums == 1
        && running.stream()
            .allMatch(
                host ->
                    running.stream()
                        .allMatch(other -> host.view().get(other.id) == Member.Status.ALIVE));
  }
}
