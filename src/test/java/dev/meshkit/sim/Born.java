package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.Content;
import dev.meshkit.election.Durable;
import dev.meshkit.election.Election;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Facts;
import dev.meshkit.election.Input;
import dev.meshkit.election.Profile;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.election.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How an exploration begins: a scope of three nodes, of which the first few vote, and what is asked
 * of its record. All times are whole seconds, so that few instants differ: H = 1 s, J = 2 s, P = 3
 * s and ρ = ε = δ = 0, because there is one clock. Then a promise ends exactly when the tenure does
 * that rests on it, and all voters campaign at once: what margins hide elsewhere is seen here.
 */
final class Born {
  /** When it is. */
  static final Instant START = Instant.EPOCH;

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration PROMISE = Duration.ofSeconds(3);
  private static final Duration JITTER = Duration.ofSeconds(2);
  private static final Profile WHOLE =
      new Profile(SECOND, PROMISE, JITTER, Duration.ZERO, PROMISE, PROMISE, Duration.ZERO);
  private static final List<NodeId> NODES = GossipRuns.names(3);

  private final List<Seat> learners;
  private final List<State> states = new ArrayList<>();
  private final List<Durable> disks = new ArrayList<>();

  Born(int voters) {
    var seats = NODES.stream().map(id -> new Seat(id, store(id), Seat.DEFAULT_RANK)).toList();
    var genesis = Bytes.utf8("explored").sha256();
    var content = Content.of(1, genesis, PROMISE, 0, seats.subList(0, voters));
    learners = voters < seats.size() ? List.of(seats.get(voters)) : List.of();
    for (var id : NODES) {
      var named = ElectionOptions.configured(Scope.GLOBAL, id, store(id), NODES, WHOLE);
      var first = new ScopeRecord(named.first().id(), content);
      var options = new ElectionOptions(Scope.GLOBAL, id, store(id), first, WHOLE);
      disks.add(Durable.fresh(first));
      states.add(told(Election.begin(options, disks.getLast(), true, new Facts(START, 0))));
    }
  }

  private State told(State state) {
    var step = Election.step(state, new Input.Learners(learners), new Facts(START, 0));
    return step.state();
  }

  private static Bytes store(NodeId id) {
    return ElectionRuns.store(id, 0);
  }

  /** How many nodes there are. */
  int nodes() {
    return NODES.size();
  }

  /** A node, before anything happened to it. */
  Site site(int node, int crashes) {
    return Site.started(states.get(node), crashes, disks.get(node), List.of());
  }

  /** What all know of a node when it is born. */
  List<Sight> news(int node) {
    var id = id(node);
    var disk = disks.get(node);
    return List.of(Sights.held(id, store(id), disk), Sights.viewed(id, disk.view()));
  }

  /** What the {@code left}-th change but one is: first one of a gate, then one of who votes. */
  Command command(NodeId at, State state, int left) {
    Change change = new Change.SetGate(OrderedGates.gate("g", left, left));
    if (left == 1) change = ofVoters(at, state);
    return new Command(Bytes.utf8("c" + left), Command.ANY, change);
  }

  private Change ofVoters(NodeId at, State state) {
    if (!learners.isEmpty()) return new Change.AddVoter(learners.getFirst());
    var others = state.record().content().voters().stream().map(Seat::node);
    return new Change.RemoveVoter(others.filter(id -> !id.equals(at)).reduce(at, (_, b) -> b));
  }

  /** Who votes next, where not all do. */
  List<Seat> learners() {
    return learners;
  }

  /** A core as it was before anything happened. */
  State state(NodeId id) {
    return states.get(number(id));
  }

  /** The name of a node. */
  NodeId id(int number) {
    return NODES.get(number);
  }

  /** The place of a name, from 0. */
  int number(NodeId id) {
    return NODES.indexOf(id);
  }

  /** What is led. */
  Scope scope() {
    return Scope.GLOBAL;
  }
}
