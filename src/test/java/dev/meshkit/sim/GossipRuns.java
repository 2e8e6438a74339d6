package dev.meshkit.sim;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Attrs;
import dev.meshkit.gossip.GossipOptions;
import dev.meshkit.gossip.Limits;
import dev.meshkit.gossip.Past;
import dev.meshkit.gossip.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Draws the runs of {@code gossip/…}: size, profile, seeds, faults. */
final class GossipRuns {
  private static final int STAY = 4; // of those who come and go
  private static final double HOUR = 3_600;

  private final Draws draws;

  GossipRuns(Draws draws) {
    this.draws = draws;
  }

  /**
   * A profile with the length of a calm that outlasts its bounds (GL1, with the reconnect tick).
   */
  private record Pace(Timing timing, SimNetwork.Climate climate, double chaos, double calm) {
    static final Pace LAN = new Pace(Timing.lan(), SimNetwork.Climate.LAN, 60, 80);
    static final Pace FAST = new Pace(Timing.fast(), SimNetwork.Climate.LAN, 30, 35);
    static final Pace WAN = new Pace(Timing.wan(), SimNetwork.Climate.WAN, 120, 240);
  }

  /** One run of a scenario. */
  Setup setup(Scenario scenario) {
    var pick = draws.unit();
    var pace = pick < 0.5 ? Pace.FAST : pick < 0.9 ? Pace.LAN : Pace.WAN;
    var mutual = scenario == Scenario.GOSSIP_MUTUAL;
    var least = scenario == Scenario.GOSSIP_PARTIAL ? 6 : 3; // who is reached by helpers only
    var nodes = names(mutual ? 2 + draws.below(2) : least + draws.below(11 - least));
    var chaos = Seconds.of(pace.chaos);
    var fates = new GossipFates(nodes.size(), chaos, draws);
    var ops =
        switch (scenario) {
          case GOSSIP_RESTART -> fates.restarts();
          case GOSSIP_MUTUAL -> fates.burials();
          case GOSSIP_LEAVE -> fates.leaves(pace.timing);
          case GOSSIP_PAUSE -> fates.pauses(pace.timing);
          case GOSSIP_PARTIAL -> fates.partly(pace.timing);
          case GOSSIP_CRASH ->
              fates.sleepers(
                  pace.timing, Nemesis.schedule(plan(scenario, nodes.size(), chaos), draws));
          default -> Nemesis.schedule(plan(scenario, nodes.size(), chaos), draws);
        };
    var seeds = new ArrayList<Endpoint>();
    for (var seed = 0; seed <= draws.below(3) && seed < nodes.size(); seed++)
      seeds.add(Addresses.of(seed));
    return new Setup(
        nodes,
        List.of(),
        pace.climate,
        chaos,
        Seconds.of(pace.calm),
        ops,
        new Boot(pace.timing, seeds),
        oracles(scenario, nodes, fates));
  }

  private static List<Oracle> oracles(Scenario scenario, List<NodeId> nodes, GossipFates fates) {
    var oracles = new ArrayList<>(oracles());
    if (scenario == Scenario.GOSSIP_PAUSE || scenario == Scenario.GOSSIP_PARTIAL)
      oracles.add(
          new NobodyHealthyDies(
              fates.sick().stream()
                  .map(nodes::get)
                  .collect(Collectors.toCollection(TreeSet::new))));
    return oracles;
  }

  /** One more host than there are names, for a copy. */
  Setup identity() {
    var pace = draws.chance(0.5) ? Pace.FAST : Pace.LAN;
    var hosts = new ArrayList<>(names(3 + draws.below(6)));
    var chaos = Seconds.of(pace.chaos);
    var copied = draws.below(hosts.size());
    var ops = new GossipFates(hosts.size(), chaos, draws).twins(copied, hosts.size());
    hosts.add(hosts.get(copied));
    var oracles = new ArrayList<>(oracles());
    oracles.removeIf(NobodyIsAClone.class::isInstance);
    oracles.add(new OneOfTwoStops());
    return new Setup(
        hosts,
        List.of(),
        pace.climate,
        chaos,
        Seconds.of(pace.calm),
        ops,
        new Boot(pace.timing, List.of(Addresses.of(0), Addresses.of(1))),
        oracles);
  }

  /** An hour and more, for as long as a goodbye is kept; the pace of sites far apart. */
  Setup churn() {
    var nodes = names(STAY + 4 + draws.below(5));
    var chaos = Seconds.of(4_300);
    var oracles = new ArrayList<>(oracles());
    oracles.add(new GoodbyesAreForgotten());
    return new Setup(
        nodes,
        List.of(),
        Pace.WAN.climate,
        chaos,
        Seconds.of(120),
        new GossipFates(nodes.size(), chaos, draws).farewells(STAY),
        new Boot(Pace.WAN.timing, List.of(Addresses.of(0), Addresses.of(1))),
        oracles);
  }

  /**
   * Two sides are {@code apart} for longer than a day; or somebody leaves for longer than an hour,
   * and is back with a new disk and its clock set back. Who meets again has been forgotten
   * meanwhile.
   */
  Setup forgotten(boolean apart) {
    var nodes = names(3 + draws.below(2));
    var chaos = Seconds.of(apart ? 25.2 * HOUR : 1.3 * HOUR);
    var fates = new GossipFates(nodes.size(), chaos, draws);
    return new Setup(
        nodes,
        List.of(),
        Pace.WAN.climate,
        chaos,
        Seconds.of(Pace.WAN.calm),
        apart ? fates.apart() : fates.returns(),
        new Boot(Pace.WAN.timing, List.of(Addresses.of(0), Addresses.of(1))),
        oracles());
  }

  /** V14: more nodes than each may know, and next to no room for anything. Views stay apart. */
  Setup limits() {
    var nodes = names(Tiny.MEMBERS + 4 + draws.below(5));
    var chaos = Seconds.of(Pace.FAST.chaos);
    var mix = new Nemesis.Mix(3, 1, 2, 1, 1, 0, 0);
    var plan = new Nemesis.Plan(nodes.size(), chaos, chaos / 10, mix, 0.1);
    var oracles = new ArrayList<>(oracles());
    oracles.removeIf(CalmViewsAgree.class::isInstance);
    oracles.add(new MembersInBounds(Tiny.MEMBERS));
    var boot = new Boot(Pace.FAST.timing, List.of(Addresses.of(0), Addresses.of(1)));
    return new Setup(
        nodes,
        List.of(),
        Pace.FAST.climate,
        chaos,
        0,
        Nemesis.schedule(plan, draws),
        boot.limited(Tiny.GOSSIP),
        oracles);
  }

  /**
   * M39: one node after the other says goodbye and is back in a later version, and some of them in
   * the one before again. Nothing is lost and no clock runs off, so nobody has a reason to doubt
   * anybody.
   */
  Setup versions() {
    var pace = draws.chance(0.5) ? Pace.FAST : Pace.LAN;
    var nodes = names(2 + draws.below(7));
    var chaos = 2 * Seconds.of(pace.chaos);
    var oracles = new ArrayList<>(oracles());
    oracles.add(new NobodyIsDoubted());
    var boot = new Boot(pace.timing, List.of(Addresses.of(0), Addresses.of(1)));
    return new Setup(
        nodes,
        List.of(),
        new SimNetwork.Climate(100_000, 2_000_000, new Op.Weather(0, 0, 1), false),
        chaos,
        Seconds.of(pace.calm),
        new GossipFates(nodes.size(), chaos, draws).upgrades(),
        new Steady(boot.limited(Limits.USUAL).rolling()),
        oracles);
  }

  private static Nemesis.Plan plan(Scenario scenario, int nodes, long chaos) {
    var beat = chaos / 8;
    return switch (scenario) {
      case GOSSIP_CRASH,
          ELECTION_CHAOS,
          ELECTION_LATE,
          ELECTION_RESTART,
          ELECTION_RECORD,
          ELECTION_MEMBERSHIP,
          ELECTION_LAGGING,
          ELECTION_ASYMMETRY,
          ELECTION_CLOCK,
          ELECTION_SHAPES,
          ELECTION_SHRINKING,
          ELECTION_SHORTENING,
          ELECTION_TRANSFER,
          ELECTION_PREFERRED,
          ELECTION_ECHO,
          ELECTION_STORE,
          ELECTION_DISK,
          ELECTION_FAILOVER,
          ELECTION_QUIET,
          ELECTION_GENESIS,
          ELECTION_AUTOPILOT,
          ELECTION_FOUNDING,
          ELECTION_JOINING,
          MESH_BOTH,
          MESH_HEADS,
          MESH_REVOKED,
          GOSSIP_DETECTION,
          GOSSIP_LIFEGUARD,
          GOSSIP_BOOTSTRAP,
          GOSSIP_RESTART,
          GOSSIP_MUTUAL,
          GOSSIP_LEAVE,
          GOSSIP_PAUSE,
          GOSSIP_PARTIAL,
          GOSSIP_IDENTITY,
          GOSSIP_CHURN,
          GOSSIP_FORGOTTEN,
          GOSSIP_VERSIONS,
          GOSSIP_LIMITS ->
          new Nemesis.Plan(nodes, chaos, beat, new Nemesis.Mix(8, 1, 1, 2, 1, 0, 0), 0.1);
      case GOSSIP_LOSS ->
          new Nemesis.Plan(nodes, chaos, beat, new Nemesis.Mix(2, 0, 4, 2, 1, 0, 0), 0.3);
      // long enough for whole sides to die
      case GOSSIP_PARTITION ->
          new Nemesis.Plan(nodes, chaos, 2 * beat, new Nemesis.Mix(1, 8, 1, 0, 1, 0, 0), 0.1);
    };
  }

  /** The oracles that judge membership. */
  static List<Oracle> oracles() {
    return List.of(
        new KeysOnlyRise(),
        new LivesOnlyRise(),
        new NobodyDiesUnheard(),
        new OnlyTheSubjectRaises(),
        new OneWordALife(),
        new NobodyBuriesItself(),
        new MembersAreDescribed(),
        new OneRumourASubject(),
        new NobodyDiesAfterGoodbye(),
        new NobodyJudgesAfterAPause(),
        new TheAccusedAreTold(),
        new NobodyIsAClone(),
        new RootsAreRecomputed(),
        new CalmViewsAgree());
  }

  /** So many nodes, in two regions. */
  static List<NodeId> names(int count) {
    var names = new ArrayList<NodeId>();
    for (var i = 1; i <= count; i++) names.add(NodeId.of(i % 3 == 0 ? "us" : "eu", "n" + i));
    return names;
  }

  /** Processes with a gossip core and nothing else. */
  static final class Boot implements Cores {
    private final Timing timing;
    private final List<Endpoint> seeds;
    private final SortedMap<NodeId, SimDisk<Past>> disks = new TreeMap<>();
    private List<Limits> limits = List.of(); // none: the seed's
    private final SortedMap<NodeId, Integer> began = new TreeMap<>();
    private boolean isRolling;

    Boot(Timing timing, List<Endpoint> seeds) {
      this.timing = timing;
      this.seeds = List.copyOf(seeds);
    }

    /** Within limits that are the same for all seeds. */
    Boot limited(Limits all) {
      limits = List.of(all);
      return this;
    }

    /** Every second process of a node is of a later version. */
    Boot rolling() {
      isRolling = true;
      return this;
    }

    /** What a process says of itself. */
    private Attrs attrs(SimNode node) {
      var attrs = Attrs.at(Addresses.of(node.number()));
      var before = began.merge(node.label(), 1, Integer::sum) - 1;
      return isRolling && before % 2 == 1 ? Newer.described(attrs) : attrs;
    }

    private Limits limits(long seed) {
      return limits.isEmpty() ? Tiny.gossip(seed) : limits.getFirst();
    }

    @Override
    public void wipe(SimNode node) {
      disks.remove(node.label());
    }

    @Override
    public boolean isBorn(SimNode node) {
      return node.label().equals(node.id()) || disks.containsKey(node.label());
    }

    @Override
    public void copy(SimNode from, SimNode to) {
      var image = disks.getOrDefault(from.label(), disk(from, Past.NONE)).durable();
      disks.put(to.label(), disk(to, image));
    }

    private static SimDisk<Past> disk(SimNode node, Past blank) {
      return new SimDisk<>(node.world().chance().of("disk", "gossip/" + node.label()), blank);
    }

    @Override
    public SortedMap<String, Host> hosts(SimNode node) {
      var disk = disks.computeIfAbsent(node.label(), _ -> disk(node, Past.NONE));
      var options =
          GossipOptions.of(node.id(), attrs(node))
              .timed(timing)
              .limited(limits(node.world().chance().seed()));
      var hosts = new TreeMap<String, Host>();
      hosts.put(GossipHost.CORE, new GossipHost(node, options, disk, seeds));
      return hosts;
    }
  }
}
