package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Change;
import dev.meshkit.election.Profile;
import dev.meshkit.election.Revocation;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gossip.Limits;
import dev.meshkit.gossip.Timing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Draws the runs of {@code mesh/…}: gossip, elections and views, in one process. */
final class MeshRuns {
  private static final int FEW = 5; // nodes
  private static final int MANY = 10;
  private static final int MOST = 50;
  private static final double CHAOS = 24;
  private static final double LARGE_CHAOS = 8; // as many faults, closer together
  private static final double JOINED = 9;
  private static final double CHANGES = 8;
  private static final double CALM_HEADS = 2.5;
  private static final int ORDERS = 12;
  private static final int CRASHES = 6;

  /** Of the whole, where it counts. */
  static final int VOTERS = 3;

  private static final double SETTLED = 10; // into the calm: 3·L1, and a quiet period
  private static final double CALM_LIES = 20; // and some claims that leaders repeat after that
  private static final double CALM = 35; // outlasts gossip's bounds, which are the longer ones

  private final Draws draws;
  private final boolean wired;

  MeshRuns(Draws draws, boolean wired) {
    this.draws = draws;
    this.wired = wired;
  }

  /** Most are of few nodes, as a run costs what all of them say; every fifth of up to fifty. */
  private int size() {
    if (draws.chance(0.2)) return MANY + draws.below(MOST - MANY + 1);
    var one = draws.below(MANY - FEW);
    var other = draws.below(MANY - FEW);
    return FEW + Math.min(one, other);
  }

  /**
   * One run. Some say what is not so meanwhile, in every second run in the calm as well. No leader
   * falls by it, and all find theirs in the end.
   */
  Setup setup(Draws lies) {
    var nodes = halves(size());
    var voters = new TreeMap<Scope, List<NodeId>>();
    for (var scope : List.of(Scope.GLOBAL, Scope.region("eu"), Scope.region("us")))
      voters.put(scope, electorate(nodes, scope));
    var isLarge = nodes.size() >= MANY;
    var chaos = Seconds.of(isLarge ? LARGE_CHAOS : CHAOS);
    var mix = new Nemesis.Mix(4, 4, 2, 1, 2, 1, 0);
    var ops = Nemesis.schedule(new Nemesis.Plan(nodes.size(), chaos, chaos / 10, mix, 0.2), draws);
    var scopes = List.copyOf(voters.keySet());
    ops.addAll(Tales.draw(nodes.size(), scopes, chaos / 3, chaos, lies));
    if (lies.chance(0.5))
      ops.addAll(Tales.draw(nodes.size(), scopes, chaos, chaos + Seconds.of(CALM_LIES), lies));
    ops.sort(Comparator.comparingLong(Op.Timed::at));
    var boot = new Boot(voters, wired);
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.addAll(GossipRuns.oracles());
    for (var scope : scopes) oracles.add(new AllHaveJoined(scope));
    oracles.add(new LiesMoveNobody(boot::now, chaos + Seconds.of(SETTLED)));
    if (nodes.size() > Tiny.MEMBERS) boot.gossip.limited(Limits.USUAL); // or some never meet
    return new Setup(
        nodes, scopes, SimNetwork.Climate.LAN, chaos, Seconds.of(CALM), ops, boot, oracles);
  }

  /** So many nodes, half of them in either region. */
  static List<NodeId> halves(int count) {
    var names = new ArrayList<NodeId>();
    for (var i = 1; i <= count; i++) names.add(NodeId.of(i % 2 == 0 ? "us" : "eu", "n" + i));
    return names;
  }

  /** Three to five of those who may vote, all if there are fewer; the others watch. */
  List<NodeId> electorate(List<NodeId> nodes, Scope scope) {
    var able = new ArrayList<NodeId>();
    for (var node : nodes)
      if (scope.equals(Scope.GLOBAL) || scope.equals(Scope.region(node.region()))) able.add(node);
    for (var wanted = VOTERS + draws.below(3); able.size() > wanted; )
      able.remove(draws.below(able.size()));
    return able;
  }

  /** E14: changes of the record of the whole, which three vote in, while nodes die and return. */
  Setup heads(int count) {
    var nodes = GossipRuns.names(count);
    var voters = nodes.subList(0, VOTERS);
    var chaos = Seconds.of(JOINED + CHANGES);
    var ops = new ArrayList<Op.Timed>();
    for (var order : Orders.schedule(voters, Seconds.of(CHANGES), ORDERS, draws))
      ops.add(new Op.Timed(order.at() + Seconds.of(JOINED), order.op()));
    for (var crash = 0; crash < CRASHES; crash++) {
      var at = Seconds.of(JOINED) + draws.between(0, Seconds.of(CHANGES - 3));
      var node = draws.chance(0.2) ? Op.LEADER : draws.below(count);
      ops.add(new Op.Timed(at, new Op.Crash(node, Op.Moment.NOW, draws.unit())));
      var back = at + draws.between(0, Seconds.of(3));
      if (node != Op.LEADER) ops.add(new Op.Timed(back, new Op.Restart(node)));
      for (var voter = 0; node == Op.LEADER && voter < VOTERS; voter++)
        ops.add(new Op.Timed(back, new Op.Restart(voter)));
    }
    ops.sort(Comparator.comparingLong(Op.Timed::at));
    var boot = Boot.ofWhole(voters, wired);
    boot.gossip.limited(Limits.USUAL); // time is judged here, of a mesh that has room
    var oracles = new ArrayList<Oracle>(List.of(new ViewsAreCommitted(), new OneLineOfRecords()));
    oracles.add(new OneDecisionEverywhere());
    oracles.add(new HeadsInTime(boot::now, boot::took));
    return new Setup(
        nodes,
        List.of(Scope.GLOBAL),
        SimNetwork.Climate.LAN,
        chaos,
        Seconds.of(CALM_HEADS),
        ops,
        boot,
        oracles);
  }

  /**
   * GateSpread: this is done to so many nodes, three of whom vote in the whole; nothing fails but
   * the net.
   *
   * @param calm how long it goes on after the last of it, seconds
   * @param judge by that virtual time, nanoseconds
   */
  Setup spreading(
      int count,
      Timing timing,
      List<Op.Timed> ops,
      double calm,
      Function<LongSupplier, Oracle> judge) {
    var nodes = GossipRuns.names(count);
    var boot = Boot.ofWhole(nodes.subList(0, VOTERS), wired, timing);
    boot.gossip.limited(Limits.USUAL);
    return new Setup(
        nodes,
        List.of(Scope.GLOBAL),
        SimNetwork.Climate.LAN,
        ops.getLast().at(),
        Seconds.of(calm),
        ops,
        boot,
        List.of(new OneDecisionEverywhere(), judge.apply(boot::now)));
  }

  /** M32: the whole revokes one of 6 to 20 nodes, whether it votes, leads, or neither. */
  Setup revoking() {
    var count = 6 + draws.below(15);
    return revoking(count, draws.below(draws.chance(0.5) ? VOTERS : count));
  }

  /** M32: the whole revokes one of so many nodes, three of whom vote; nothing fails but the net. */
  Setup revoking(int count, int revoked) {
    var nodes = GossipRuns.names(count);
    var change =
        new Change.Revoke(new Revocation(Bytes.EMPTY, nodes.get(revoked), Revocation.NEVER));
    var at = Seconds.of(JOINED + draws.real(0, 1));
    var boot = Boot.ofWhole(nodes.subList(0, VOTERS), wired);
    boot.cutting();
    boot.gossip.limited(Limits.USUAL);
    var oracles = new ArrayList<Oracle>(List.of(new ViewsAreCommitted(), new OneLineOfRecords()));
    oracles.add(new RevokedInTime(nodes.get(revoked), boot::now));
    return new Setup(
        nodes,
        List.of(Scope.GLOBAL),
        SimNetwork.Climate.LAN,
        at,
        Seconds.of(6),
        List.of(new Op.Timed(at, new Op.Order(Op.LEADER, RevokedInTime.COMMAND, false, change))),
        boot,
        oracles);
  }

  private static final class Boot implements Cores {
    private final GossipRuns.Boot gossip;
    private final SortedMap<Scope, List<NodeId>> voters;
    private final List<ElectionRuns.Boot> elections = new ArrayList<>(); // one a scope
    private final SortedMap<NodeId, SimDisk<SortedMap<Scope, ScopeRecord>>> views = new TreeMap<>();
    private boolean cuts;
    private List<Simulation> began = List.of(); // one, from the first process on

    Boot(SortedMap<Scope, List<NodeId>> voters, boolean wired) {
      this(voters, wired, Timing.fast());
    }

    private Boot(SortedMap<Scope, List<NodeId>> voters, boolean wired, Timing timing) {
      var seeds = List.<Endpoint>of(Addresses.of(0), Addresses.of(1));
      this.gossip = new GossipRuns.Boot(timing, seeds);
      this.voters = voters;
      voters.forEach(
          (scope, all) ->
              elections.add(new ElectionRuns.Boot(List.of(scope), all, Profile.REGION, wired)));
    }

    /** Of one scope. */
    static Boot ofWhole(List<NodeId> voters, boolean wired) {
      return ofWhole(voters, wired, Timing.fast());
    }

    /** The same, gossiping so often. */
    static Boot ofWhole(List<NodeId> voters, boolean wired, Timing timing) {
      var all = new TreeMap<Scope, List<NodeId>>();
      all.put(Scope.GLOBAL, voters);
      return new Boot(all, wired, timing);
    }

    /** With links that end with whom the whole revokes. */
    void cutting() {
      cuts = true;
      for (var one : elections) one.cuts = true;
    }

    /** Virtual nanoseconds since the run began. */
    long now() {
      return began.isEmpty() ? 0 : began.getFirst().now();
    }

    /** A committed record was so long on its way to everybody, nanoseconds. */
    void took(long nanos) {
      began.getFirst().coverage().measure("head ms", nanos / 1_000_000);
    }

    @Override
    public SortedMap<String, Host> hosts(SimNode node) {
      var hosts = new TreeMap<>(gossip.hosts(node));
      began = List.of(node.world());
      var scopes = voters.values().iterator();
      for (var scope : elections)
        if (scopes.next().contains(node.id())) hosts.putAll(scope.hosts(node));
      var disk =
          views.computeIfAbsent(
              node.id(),
              id ->
                  new SimDisk<>(node.world().chance().of("disk", "views/" + id), ViewHost.blank()));
      hosts.put(ViewHost.CORE, new ViewHost(node, disk, cuts));
      return hosts;
    }
  }
}
