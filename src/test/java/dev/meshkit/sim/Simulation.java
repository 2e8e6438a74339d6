package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Seat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The engine: a heap of events in virtual time, the nodes they happen to, the oracles that look on.
 *
 * <p>{@link #run} is a pure function of the setup and the seed. Confined to one thread. Bounded: 5
 * million events, and 20,000 without time passing (V29).
 */
final class Simulation {
  private static final long MOST_EVENTS = 5_000_000;
  private static final int MOST_AT_ONCE = 20_000;

  private final Setup setup;
  private final Chance chance;
  private final Transcript transcript;
  private final Coverage coverage = new Coverage();
  private final SimNetwork network;
  private final List<SimNode> nodes = new ArrayList<>();
  private final Map<NodeId, Integer> numbers = new LinkedHashMap<>(); // only looked up
  private final List<Draws> order = new ArrayList<>();
  private final PriorityQueue<Event> heap = new PriorityQueue<>();
  private final Trace trace = new Trace();
  private final List<Outcome.Violation> violations = new ArrayList<>();
  private final Faults faults;
  private final SlowSteps slow = new SlowSteps(coverage);
  private final SortedMap<Scope, FencedRegister> registers = new TreeMap<>();
  private final Takeovers takeovers;
  private final Fates fates = new Fates(coverage);
  private final SimGates gates = new SimGates(this);
  private final SortedMap<Scope, List<Sight>> told = new TreeMap<>(); // of who leads, lately
  private long now;
  private int atOnce;
  private long scheduled;
  private long handled;

  Simulation(Setup setup, long seed, Transcript transcript) {
    this.setup = setup;
    this.chance = new Chance(seed);
    this.transcript = transcript;
    for (var id : setup.nodes()) numbers.putIfAbsent(id, numbers.size());
    this.network = new SimNetwork(chance, setup.nodes().size(), setup.climate(), coverage);
    for (var id : setup.nodes()) {
      var copy = setup.nodes().indexOf(id) < nodes.size();
      var label = copy ? NodeId.of(id.region(), id.name() + SimNode.COPY) : id;
      order.add(chance.of("order", label.toString()));
      nodes.add(new SimNode(nodes.size(), id, label, this, setup.boot()));
    }
    this.faults = new Faults(this, network);
    this.takeovers = new Takeovers(setup.boot().takeoverBound(), coverage);
  }

  /** Something that will happen; {@code life} is the process it is meant for, 0 for any. */
  private record Event(long at, long tie, long number, int node, int life, Happening what)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      if (at != other.at) return Long.compare(at, other.at);
      return tie != other.tie ? Long.compare(tie, other.tie) : Long.compare(number, other.number);
    }
  }

  /** Runs to the end or to the first violation. */
  Outcome run(String scenario) {
    return run(scenario, Long.MAX_VALUE);
  }

  /** The same, but stops after all that happens by then, in virtual nanoseconds. */
  Outcome run(String scenario, long until) {
    nodes.forEach(SimNode::start);
    var ops = new ArrayList<>(setup.ops());
    var end = setup.chaos() + setup.calm();
    while (violations.isEmpty() && step(ops, Math.min(end, until))) observe();
    if (violations.isEmpty()) {
      now = Math.min(end, until);
      if (end <= until) calm();
    }
    for (var node : nodes)
      if (node.running()) node.hosts().values().forEach(host -> trace.mix(host.held()));
    setup.oracles().forEach(oracle -> oracle.measure(coverage));
    return new Outcome(
        scenario,
        chance.seed(),
        trace.value(),
        handled,
        now,
        coverage,
        violations,
        setup.schedule(),
        transcript.last());
  }

  /** One fault or event; whether there was any. A core that throws is a bug like any other. */
  private boolean step(List<Op.Timed> ops, long end) {
    var nextOp = ops.isEmpty() ? Long.MAX_VALUE : ops.getFirst().at();
    var nextEvent = heap.isEmpty() ? Long.MAX_VALUE : heap.peek().at();
    if (Math.min(nextOp, nextEvent) > end) return false;
    try {
      if (nextOp <= nextEvent) fault(ops.removeFirst());
      else happen(heap.poll());
    } catch (RuntimeException thrown) {
      violated("THROWN", thrown + " at " + List.of(thrown.getStackTrace()).getFirst());
    }
    return true;
  }

  private void fault(Op.Timed op) {
    now = op.at();
    note("** " + op.op());
    faults.apply(op.op());
  }

  private void happen(Event event) {
    var node = nodes.get(event.node());
    if (!node.running()) refuse(node, event.what());
    if (!node.running() || (event.life() != 0 && event.life() != node.life())) return;
    if (node.pausedUntil() > event.at()) {
      if (event.what() instanceof Happening.Arrival && !node.mailbox().takes(event.number()))
        return;
      heap.add(
          new Event(
              node.pausedUntil(),
              event.tie(),
              event.number(),
              event.node(),
              event.life(),
              event.what()));
      return;
    }
    node.mailbox().taken(event.number());
    bound(event.at());
    now = event.at();
    if (event.what() instanceof Happening.Arrival arrival) arrive(node, arrival);
    else take(node, event.what());
  }

  private void take(SimNode node, Happening what) {
    if (!node.take(what)) return;
    handled++;
    slow.stepped(node, now);
  }

  private void arrive(SimNode node, Happening.Arrival arrival) {
    if (!(arrival.frame() instanceof Streamed(var connection, var life, var frame))) {
      if (network.open(arrival.link())) take(node, arrival);
      return;
    }
    if (life != node.life() || connection != network.streams().connection(arrival.link())) return;
    if (!network.open(arrival.link())) network.streams().park(arrival);
    else take(node, new Happening.Arrival(arrival.link(), arrival.core(), frame));
  }

  /** The steps of a node take many times as long until then. */
  void slow(SimNode node, int factor, long until) {
    slow.slow(node, factor, until);
  }

  /** These directions, and only these, carry nothing from now on; what waited at others goes on. */
  void cut(List<Link> links) {
    network.cut(links, now);
    for (var freed : network.streams().freed())
      for (var at : network.arrivals(freed.link(), now)) push(at, freed.link().to(), 0, freed);
  }

  /** Whether both directions between two nodes carry something. */
  boolean carry(int one, int other) {
    return network.open(new Link(one, other)) && network.open(new Link(other, one));
  }

  private void bound(long at) {
    atOnce = at == now ? atOnce + 1 : 0;
    if (atOnce > MOST_AT_ONCE) violated("LIVELOCK", MOST_AT_ONCE + " events without time passing");
    if (handled > MOST_EVENTS) violated("RUNAWAY", MOST_EVENTS + " events");
  }

  /**
   * Authority changes with every step and ends by itself; overlaps begin at events only. It is
   * looked at after each (V17), and oracles hear of what is not as it was: most events change
   * nothing of it, and to tell them all of each was a tenth of all time.
   */
  private void observe() {
    for (var scope : setup.scopes()) {
      var reigns = reigns(scope);
      var holders = reigns.stream().map(Reign::holder).toList();
      var stands = new ArrayList<Sight>();
      for (var node : nodes)
        if (node.elects() && node.pausedUntil() > now) stands.add(new Sight.Stands(node.label()));
      stands.add(new Sight.Authority(scope, holders));
      for (var reign : reigns) backed(reign.node(), reign.fence(), stands);
      if (!stands.equals(told.put(scope, stands))) stands.forEach(this::saw);
      if (scope.equals(setup.scopes().getFirst()))
        takeovers.seen(holders, now).ifPresent(this::saw);
    }
  }

  /** Who has authority just now. */
  private record Reign(SimNode node, Fence fence) {
    Sight.Holder holder() {
      return new Sight.Holder(node.label(), fence);
    }
  }

  private List<Sight.Holder> holders(Scope scope) {
    return reigns(scope).stream().map(Reign::holder).toList();
  }

  private List<Reign> reigns(Scope scope) {
    var reigns = new ArrayList<Reign>();
    for (var node : nodes) {
      if (!node.elects()) continue;
      var host = node.running() ? node.hosts().get(scope.text()) : null;
      if (host != null) host.authority().ifPresent(held -> reigns.add(new Reign(node, held)));
    }
    return reigns;
  }

  private void backed(SimNode leader, Fence fence, List<Sight> stands) {
    var voters = host(leader, fence).electorate();
    var bound = 0;
    for (var voter : voters) if (!mayHelpAnother(fence, leader, voter)) bound++;
    if (!voters.isEmpty())
      stands.add(new Sight.Backed(leader.label(), fence, bound, voters.size()));
  }

  /** Whether a process of that voter's name could; asked after each event, so without streams. */
  private boolean mayHelpAnother(Fence fence, SimNode leader, Seat voter) {
    for (var number : numbers(voter.node())) {
      var node = nodes.get(number);
      if (node.running() && host(node, fence).mayHelpAgainst(fence, leader.id(), voter))
        return true;
    }
    return false;
  }

  private static Host host(SimNode node, Fence fence) {
    return Objects.requireNonNull(node.hosts().get(fence.scope().text()));
  }

  /** What a takeover may take; 0 if nobody measures. */
  long takeoverBound() {
    return setup.boot().takeoverBound();
  }

  /** Somebody is about to be killed or cut off; a takeover is measured if it leads. */
  void fells(SimNode node) {
    if (!setup.scopes().isEmpty()) takeovers.fell(holders(setup.scopes().getFirst()), node, now);
  }

  private void calm() {
    observe();
    takeovers.pending(now).ifPresent(this::saw);
    var census = new Census();
    for (var node : nodes)
      if (node.running()) node.hosts().values().forEach(host -> host.report(census));
    saw(census.sight());
    fates.end();
  }

  /** Tells every oracle; the first objection ends the run. */
  void saw(Sight sight) {
    fates.see(sight);
    if (sight instanceof Sight.Started
        && setup.scopes().stream().anyMatch(s -> !holders(s).isEmpty()))
      coverage.count(Coverage.Seen.LED_AT_START);
    for (var oracle : setup.oracles()) {
      var wrong = oracle.see(sight);
      if (!wrong.isEmpty()) violated(oracle.name(), wrong);
    }
    gates.see(sight);
  }

  private void violated(String oracle, String text) {
    if (violations.isEmpty()) violations.add(new Outcome.Violation(oracle, now, handled, text));
  }

  /** The kernel of a host without a process answers for it, if the host itself is still up. */
  private void refuse(SimNode dead, Happening what) {
    if (!(what instanceof Happening.Arrival(var link, var core, Wired wired))) return;
    if (dead.hostUp() && network.open(link) && !(wired instanceof Wired.Refused))
      send(new Link(link.to(), link.from()), core, new Wired.Refused());
  }

  /** A frame is on its way, or lost. */
  void send(Link link, String core, Object frame) {
    var streamed =
        network.streams().used()
            ? new Streamed(network.streams().connection(link), nodes.get(link.to()).life(), frame)
            : frame;
    for (var at : network.arrivals(link, now))
      push(at, link.to(), 0, new Happening.Arrival(link, core, streamed));
  }

  /** Something for the process that runs now on a node. */
  void schedule(long at, SimNode node, Happening what) {
    push(at, node.number(), node.life(), what);
  }

  private void push(long at, int node, int life, Happening what) {
    heap.add(new Event(at, order.get(node).nextLong(), scheduled++, node, life, what));
  }

  /** A line of the transcript, which the trace hash covers. */
  void note(String line) {
    note(line, 0);
  }

  /** The same with {@link Host#held} of the core that it is about; 0 if that was not asked. */
  void note(String line, long held) {
    trace.mix(now);
    trace.mix(line);
    trace.mix(held);
    transcript.add(now, line, held);
  }

  /** Virtual nanoseconds since the run began. */
  long now() {
    return now;
  }

  /** All chance of this run. */
  Chance chance() {
    return chance;
  }

  /** By what the nodes decide. */
  SimGates gates() {
    return gates;
  }

  /** The counters of this run. */
  Coverage coverage() {
    return coverage;
  }

  /** What leaders of that scope act upon. */
  FencedRegister register(Scope scope) {
    return registers.computeIfAbsent(scope, _ -> new FencedRegister());
  }

  /** The nodes by number. */
  List<SimNode> nodes() {
    return nodes;
  }

  /** The number of a node, or -1. */
  int number(NodeId id) {
    return numbers.getOrDefault(id, -1);
  }

  /** The numbers of all who go by that name just now; each hears what is said to it. */
  List<Integer> numbers(NodeId id) {
    var first = number(id);
    if (numbers.size() == nodes.size()) return List.of(first); // no copies here
    if (first == setup.nodes().lastIndexOf(id)) return List.of(first);
    return nodes.stream()
        .filter(node -> node.id().equals(id) && (node.running() || node.number() == first))
        .map(SimNode::number)
        .toList();
  }

  /** Whether a node never runs. */
  boolean isAbsent(SimNode node) {
    return setup.absent().contains(node.number());
  }

  /** How many events wait for their time. */
  int waiting() {
    return heap.size();
  }

  /** The network. */
  SimNetwork network() {
    return network;
  }
}
