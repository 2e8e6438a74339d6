package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.List;

/** Does what an {@link Op} says, to the nodes and the network. */
final class Faults {
  private final Simulation world;
  private final SimNetwork network;

  Faults(Simulation world, SimNetwork network) {
    this.world = world;
    this.network = network;
  }

  /** Applies one. One that names a leader does nothing while nobody leads. */
  void apply(Op op) {
    switch (op) {
      case Op.Cut cut -> cut(cut);
      case Op.Isolate who -> target(who.node()).forEach(node -> isolate(node.number(), who));
      case Op.Heal _ -> world.cut(List.of());
      case Op.Weather weather -> network.weather(weather);
      case Op.Mumble(var node, var loss) -> network.mumble(node, loss);
      case Op.Crash how -> target(how.node()).forEach(node -> crash(node, how));
      case Op.Restart(var node) -> restart(world.nodes().get(node));
      case Op.Pause(var node, var nanos) -> target(node).forEach(paused -> pause(paused, nanos));
      case Op.Stall(var node, var nanos) -> target(node).forEach(stalled -> stall(stalled, nanos));
      case Op.Skew(var node, var nanos) ->
          target(node).forEach(slow -> skew(slow, world.now() + nanos));
      case Op.Slow(var node, var factor, var nanos) ->
          target(node).forEach(slow -> world.slow(slow, factor, world.now() + nanos));
      case Op.Rate(var node, var drift, var nanos) ->
          target(node).forEach(off -> rate(off, drift, world.now() + nanos));
      case Op.Suspend(var node, var nanos) -> target(node).forEach(asleep -> sleep(asleep, nanos));
      case Op.Step(var node, var nanos, var wall) -> target(node).forEach(n -> n.step(nanos, wall));
      case Op.Order order -> target(order.node()).forEach(node -> node.order(order));
      case Op.Act(var node, var nanos) -> target(node).forEach(actor -> actor.act(nanos));
      case Op.Hand(var node, var to) -> target(node).forEach(asked -> asked.hand(to));
      case Op.Lag(var node, var send, var receive) -> {
        if (!leads(world.nodes().get(node))) isolate(node, new Op.Isolate(node, send, receive));
      }
      case Op.Wipe(var node) -> world.nodes().get(node).wipe();
      case Op.Rollback(var node, var age) -> world.nodes().get(node).rollback(age);
      case Op.Recover(var node) -> world.nodes().get(node).recover();
      case Op.Revive(var node, var shown) -> world.nodes().get(node).revive(shown);
      case Op.Lie(var node) -> world.nodes().get(node).lie();
      case Op.Fail(var node, var nanos, var full) ->
          target(node).forEach(failing -> failing.fail(world.now() + nanos, full));
      case Op.Clone(var node, var copy) -> world.nodes().get(copy).copy(world.nodes().get(node));
      case Op.Intrude(var node, var ahead) -> world.nodes().get(node).intrude(ahead);
      case Op.Forge how -> target(how.to()).forEach(hears -> hears.forged(how));
      case Op.Boast how -> tales(how.node()).forEach(tales -> tales.boast(how));
      case Op.Invent how -> tales(how.node()).forEach(tales -> tales.invent(how));
      case Op.Leave(var node) -> world.nodes().get(node).leave();
    }
  }

  /** Of one that runs and gossips. */
  private List<Tales> tales(int node) {
    var teller = world.nodes().get(node);
    return teller.running() && teller.hosts().get(GossipHost.CORE) instanceof GossipHost host
        ? List.of(host.tales())
        : List.of();
  }

  private void cut(Op.Cut cut) {
    count(cut.shape(), cut.links());
    world.cut(cut.links());
  }

  private void isolate(int node, Op.Isolate how) {
    var links = new ArrayList<Link>();
    for (var other = 0; other < world.nodes().size(); other++) {
      if (other == node) continue;
      if (how.send()) links.add(new Link(node, other));
      if (how.receive()) links.add(new Link(other, node));
    }
    count(how.send() ? how.receive() ? "isolate" : "receive-only" : "send-only", links);
    world.cut(links);
  }

  private void count(String shape, List<Link> links) {
    world.coverage().count(Coverage.Seen.PARTITION);
    world.coverage().shape(shape);
    switch (shape) {
      case Lasting.SHAPE -> world.coverage().count(Coverage.Seen.LASTING);
      case ShapeRuns.ROLLING -> world.coverage().count(Coverage.Seen.ROLLING);
      case ShapeRuns.SWIZZLE -> world.coverage().count(Coverage.Seen.SWIZZLE);
      case ShapeRuns.FLIP_FLOP -> world.coverage().count(Coverage.Seen.FLIP_FLOP);
      default -> {}
    }
    if (links.stream().anyMatch(link -> !links.contains(new Link(link.to(), link.from()))))
      world.coverage().count(Coverage.Seen.ONE_WAY_CUT);
  }

  private void crash(SimNode node, Op.Crash how) {
    world.fells(node);
    node.crash(how);
  }

  /** A leader falls by it if it lasts. */
  private void stall(SimNode node, long nanos) {
    if (nanos > world.takeoverBound()) world.fells(node);
    node.stall(world.now() + nanos);
  }

  private void restart(SimNode node) {
    if (!node.running()) world.coverage().count(Coverage.Seen.RESTART);
    node.start();
  }

  private void pause(SimNode node, long nanos) {
    world.coverage().count(Coverage.Seen.PAUSE);
    node.pause(world.now() + nanos);
  }

  private void rate(SimNode node, double drift, long until) {
    world.coverage().count(Coverage.Seen.CLOCK_OFF);
    node.run(drift, until);
  }

  private void sleep(SimNode node, long nanos) {
    world.coverage().count(Coverage.Seen.SUSPENDED);
    node.suspend(world.now() + nanos);
  }

  private void skew(SimNode slow, long until) {
    for (var node : world.nodes())
      node.run(node.equals(slow) ? -SimClock.RHO : SimClock.RHO, until);
  }

  private List<SimNode> target(int number) {
    if (number >= 0) return List.of(world.nodes().get(number));
    var leader = world.nodes().stream().filter(Faults::leads).limit(1).toList();
    if (number == Op.LEADER || leader.isEmpty()) return leader;
    return world.nodes().stream().filter(node -> !leader.contains(node)).toList();
  }

  private static boolean leads(SimNode node) {
    return node.running()
        && node.hosts().values().stream().anyMatch(host -> host.authority().isPresent());
  }
}
