package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Cores on a perfect network with disks that take 2 ms, under virtual time: enough to see rules
 * work together. Faults are the simulator's business; here a node is up or gone.
 */
final class TinyMesh {
  private static final Duration WIRE = Duration.ofMillis(1);
  private static final Duration FSYNC = Duration.ofMillis(2);

  private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::number));
  private final SplittableRandom chance;
  private final Set<Fence> live = new HashSet<>();
  final List<Fence> gained = new ArrayList<>();
  Instant now = Instant.EPOCH.plusSeconds(100);
  private long number;

  private record Event(Instant at, long number, NodeId node, long life, Input input) {}

  /** One process. */
  static final class Node {
    final long life;
    State state;
    Outbox outbox = new Outbox();
    Ballot ballot = new Ballot(DEAD, new java.util.TreeSet<>(), new TreeMap<>(), 0, true);
    Durable disk;

    Node(long life, State state, Durable disk) {
      this.life = life;
      this.state = state;
      this.disk = disk;
    }
  }

  private static final Round DEAD = TestFrames.anyRound();

  TinyMesh(int size, Profile profile, long seed) {
    chance = new SplittableRandom(seed);
    var voters = new ArrayList<NodeId>();
    for (var i = 1; i <= size; i++) voters.add(NodeId.of("eu", "n" + i));
    for (var voter : voters) {
      var options =
          ElectionOptions.configured(Scope.region("eu"), voter, store(voter), voters, profile);
      start(options, Durable.fresh(options.first()), true);
    }
  }

  private static Bytes store(NodeId node) {
    return Bytes.of(java.util.Arrays.copyOf(Bytes.utf8(node.toString()).toArray(), 16));
  }

  private void start(ElectionOptions options, Durable disk, boolean fresh) {
    var state = Election.begin(options, disk, fresh, facts());
    var node = new Node(++number, state, disk);
    nodes.put(options.self(), node);
    tickAtDue(options.self(), node);
  }

  private Facts facts() {
    return new Facts(now, chance.nextLong());
  }

  /** kill -9. */
  void kill(NodeId id) {
    var dead = nodes.remove(id);
    if (dead != null && dead.state.role() instanceof Role.Leader(var tenure))
      live.remove(tenure.fence());
  }

  /** Starts again from what was on disk. */
  void restart(Node dead) {
    start(dead.state.options(), dead.disk, false);
  }

  Node node(NodeId id) {
    return java.util.Objects.requireNonNull(nodes.get(id));
  }

  State state(NodeId id) {
    return node(id).state;
  }

  List<NodeId> leaders() {
    return nodes.entrySet().stream()
        .filter(e -> e.getValue().state.role() instanceof Role.Leader)
        .map(java.util.Map.Entry::getKey)
        .toList();
  }

  /** Lets time pass. */
  void run(Duration time) {
    var end = now.plus(time);
    while (!events.isEmpty() && !events.element().at().isAfter(end)) {
      var event = events.remove();
      now = event.at();
      var node = nodes.get(event.node());
      if (node == null || node.life != event.life()) continue;
      if (event.input() instanceof Input.Tick && node.state.due().isAfter(now)) continue;
      feed(event.node(), node, event.input());
    }
    now = end;
  }

  /** Time passes until one node leads and says so; how long it took. */
  Duration untilLed(Duration most) {
    var start = now;
    while (leaders().isEmpty()) {
      if (Duration.between(start, now).compareTo(most) > 0)
        throw new AssertionError("no leader within " + most);
      run(Duration.ofMillis(1));
    }
    return Duration.between(start, now);
  }

  void feed(NodeId id, Node node, Input input) {
    if (input instanceof Input.StorageDone(var k))
      for (var effect : node.outbox.done(k)) perform(id, node, effect);
    var step = Election.step(node.state, input, facts());
    node.state = step.state();
    for (var effect : node.outbox.pass(step.effects())) perform(id, node, effect);
    tickAtDue(id, node);
  }

  private void tickAtDue(NodeId id, Node node) {
    var due = node.state.due();
    if (due.isBefore(Instant.MAX)) post(due.isAfter(now) ? due : now, id, node, Input.Tick.NOW);
  }

  private void post(Instant at, NodeId id, Node node, Input input) {
    events.add(new Event(at, ++number, id, node.life, input));
  }

  private void perform(NodeId id, Node node, Effect effect) {
    switch (effect) {
      case Effect.Persist(var k, var durable) -> {
        node.disk = durable;
        post(now.plus(FSYNC), id, node, new Input.StorageDone(k));
      }
      case Effect.Send(var to, var frame, _) -> deliver(id, to, frame);
      case Effect.Race(var round, _) -> race(id, node, round);
      case Effect.Answered(var round, var reply) -> fold(id, node, round, reply);
      case Effect.Abort(var round, var reply) -> fold(id, node, round, reply);
      case Effect.Gained(var fence, _) -> gain(fence);
      case Effect.Lost(var fence, _) -> live.remove(fence);
      case Effect.Extended _,
          Effect.Decided _,
          Effect.Committed _,
          Effect.Replied _,
          Effect.Drain _,
          Effect.Kept _,
          Effect.Forgone _,
          Effect.Dropped _,
          Effect.Halt _ -> {}
    }
  }

  private void gain(Fence fence) {
    gained.add(fence);
    if (!live.isEmpty()) throw new AssertionError("two tenures at once: " + live + " and " + fence);
    live.add(fence);
  }

  private void deliver(NodeId from, NodeId to, Frame frame) {
    var target = nodes.get(to);
    if (target != null) post(now.plus(WIRE), to, target, new Input.Received(from, frame));
  }

  private void race(NodeId id, Node node, Round round) {
    node.ballot = Ballot.of(round);
    for (var other : round.others()) deliver(id, other, round.ask());
    if (node.ballot.decided()) post(now, id, node, new Input.Counted(node.ballot));
    else post(now.plus(round.deadline()), id, node, new Input.Counted(node.ballot));
  }

  private void fold(NodeId id, Node node, long round, Ballot.Reply reply) {
    if (node.ballot.round().id() != round || node.ballot.decided()) return;
    node.ballot = node.ballot.with(reply);
    if (node.ballot.decided()) post(now, id, node, new Input.Counted(node.ballot));
  }
}
