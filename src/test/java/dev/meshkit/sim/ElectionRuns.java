package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Durable;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Profile;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Draws the runs of {@code election/…}: voters, profile, faults. */
final class ElectionRuns {
  private static final int ORDERS = 60;

  private final Draws draws;

  private final boolean wired;

  /** {@code wired}: frames are encoded and decoded on their way (V7). */
  ElectionRuns(Draws draws, boolean wired) {
    this.draws = draws;
    this.wired = wired;
  }

  /** A profile with a calm of 3·L1 and a quiet period (L5, L6). */
  record Pace(Profile profile, SimNetwork.Climate climate, double chaos, double calm) {
    static final Pace REGION = new Pace(Profile.REGION, SimNetwork.Climate.LAN, 22, 8);
    static final Pace FAST = new Pace(Profile.FAST, SimNetwork.Climate.LAN, 12, 4);
    static final Pace WAN = new Pace(Profile.WAN, SimNetwork.Climate.WAN, 90, 40);
  }

  /** One run of a scenario. */
  Setup setup(Scenario scenario) {
    var pick = draws.unit();
    var pace = pick < 0.6 ? Pace.REGION : pick < 0.8 ? Pace.FAST : Pace.WAN;
    var nodes = GossipRuns.names(draws.chance(0.1) ? 1 + draws.below(2) : 3 + draws.below(5));
    var chaos = Seconds.of(pace.chaos);
    var ops = Nemesis.schedule(plan(scenario, nodes.size(), chaos), draws);
    if (scenario == Scenario.ELECTION_RECORD) {
      var end = chaos + Seconds.of(pace.calm) / 2; // the last ones must land
      ops.addAll(Orders.schedule(nodes, end, ORDERS, draws));
      ops.sort(Comparator.comparingLong(Op.Timed::at));
    }
    return new Setup(
        nodes,
        List.of(Scope.GLOBAL),
        pace.climate,
        chaos,
        Seconds.of(pace.calm),
        ops,
        new Boot(List.of(Scope.GLOBAL), nodes, pace.profile, wired),
        oracles());
  }

  private static Nemesis.Plan plan(Scenario scenario, int nodes, long chaos) {
    return switch (scenario) {
      case ELECTION_RESTART -> plan(nodes, chaos, 20, new Nemesis.Mix(5, 1, 1, 0, 1, 5, 0), 0.05);
      case ELECTION_LATE -> plan(nodes, chaos, 12, new Nemesis.Mix(1, 1, 1, 0, 1, 0, 6), 0.05);
      case ELECTION_RECORD -> plan(nodes, chaos, 25, new Nemesis.Mix(8, 4, 2, 0, 2, 2, 1), 0.1);
      case ELECTION_CHAOS -> plan(nodes, chaos, 12, new Nemesis.Mix(3, 4, 3, 0, 3, 0, 1), 0.2);
      case GOSSIP_CRASH, GOSSIP_LOSS, GOSSIP_PARTITION, MESH_BOTH ->
          throw new IllegalArgumentException(scenario + " is none of elections");
    };
  }

  private static Nemesis.Plan plan(
      int nodes, long chaos, int faults, Nemesis.Mix mix, double loss) {
    return new Nemesis.Plan(nodes, chaos, chaos / faults, mix, loss);
  }

  /** The oracles that judge elections. */
  static List<Oracle> oracles() {
    return List.of(
        new OneWinnerATerm(),
        new OneVoteATerm(),
        new StoresOnlyGrow(),
        new DurableBeforeShown(),
        new OneAuthority(),
        new GainedAndLostAlternate(),
        new OneLineOfRecords(),
        new ViewsAreCommitted(),
        new LeaderInCalm(),
        new CalmRecordIsCommitted());
  }

  /** Processes with one election core for each scope they vote in. */
  static final class Boot implements SimNode.Boot {
    private final List<Scope> scopes;
    private final List<NodeId> nodes;
    private final Profile profile;
    private final boolean wired;
    private final SortedMap<String, SimDisk<Durable>> disks = new TreeMap<>();
    private final SortedSet<String> born = new TreeSet<>();

    Boot(List<Scope> scopes, List<NodeId> nodes, Profile profile, boolean wired) {
      this.wired = wired;
      this.scopes = List.copyOf(scopes);
      this.nodes = List.copyOf(nodes);
      this.profile = profile;
    }

    @Override
    public SortedMap<String, Host> hosts(SimNode node) {
      var hosts = new TreeMap<String, Host>();
      for (var scope : scopes)
        if (votes(node.id(), scope)) hosts.put(scope.text(), host(node, scope));
      return hosts;
    }

    private static boolean votes(NodeId node, Scope scope) {
      return scope.equals(Scope.GLOBAL) || scope.equals(Scope.region(node.region()));
    }

    private Host host(SimNode node, Scope scope) {
      var voters = nodes.stream().filter(voter -> votes(voter, scope)).toList();
      var store = Bytes.utf8((node.id() + "                ").substring(0, 16));
      var options = ElectionOptions.configured(scope, node.id(), store, voters, profile);
      var key = scope + " " + node.id();
      var fresh = born.add(key);
      var disk =
          disks.computeIfAbsent(
              key,
              _ ->
                  new SimDisk<>(
                      node.world().chance().of("disk", key), Durable.fresh(options.first())));
      return new ElectionHost(node, options, disk, fresh, wired);
    }
  }
}
