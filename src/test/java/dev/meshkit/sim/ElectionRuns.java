package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Content;
import dev.meshkit.election.Durable;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Profile;
import dev.meshkit.election.Roster;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

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
    if (scenario == Scenario.ELECTION_CHAOS && draws.chance(0.4))
      ops.addAll(Lasting.faults(nodes.size(), chaos, draws));
    var oracles = new ArrayList<>(oracles());
    if (scenario == Scenario.ELECTION_RECORD) {
      oracles.add(new RecordIsARegister());
      var end = chaos + Seconds.of(pace.calm) / 2; // the last ones must land
      ops.addAll(Orders.schedule(nodes, end, ORDERS, draws));
      ops.sort(Comparator.comparingLong(Op.Timed::at));
    }
    var boot = new Boot(List.of(Scope.GLOBAL), nodes, pace.profile, wired);
    return setup(pace, ops, boot, oracles);
  }

  /** Voters come and go, and lose their disks, amid everything that happens in chaos. */
  Setup membership() {
    var pace = draws.chance(0.8) ? Pace.REGION : Pace.FAST;
    var nodes = GossipRuns.names(4 + draws.below(5));
    var chaos = Seconds.of(pace.chaos);
    var plan = plan(nodes.size(), chaos, 15, new Nemesis.Mix(4, 4, 2, 0, 2, 1, 1), 0.05);
    var ops = Nemesis.schedule(plan, draws);
    var end = chaos + Seconds.of(pace.calm) / 2;
    ops.addAll(Moves.membership(nodes, end, ORDERS, draws));
    var voters = nodes.subList(0, 1 + draws.below(Math.min(7, nodes.size())));
    return setup(pace, ops, Boot.named(nodes, voters, pace.profile, wired), oracles());
  }

  /** One voter lags behind or is removed, a stranger speaks; leader and quorum are well. */
  Setup lagging() {
    var pace = draws.chance(0.8) ? Pace.REGION : Pace.FAST;
    var nodes = GossipRuns.names(5 + draws.below(3));
    var voters = nodes.subList(0, nodes.size() - 2);
    var unit = pace.profile.maxPromise().toNanos();
    var ops = Moves.lagging(nodes, draws.below(voters.size()), unit, draws);
    var oracles = new ArrayList<>(oracles());
    oracles.add(new RejoiningIsQuiet());
    return setup(pace, ops, Boot.named(nodes, voters, pace.profile, wired), oracles);
  }

  /**
   * T4, R8: voters are removed on whom a leader's time rests, and it stands still; or one is added,
   * and the leader's time rests on it from then on.
   */
  Setup shrinking() {
    var pace = draws.chance(0.8) ? Pace.REGION : Pace.FAST;
    var nodes = GossipRuns.names(3 + draws.below(3));
    if (draws.chance(0.3)) {
      var ops = Moves.ofTwo(nodes, pace.profile, Seconds.of(pace.chaos), draws);
      var boot = Boot.named(nodes, nodes.subList(0, 1), pace.profile, wired);
      return setup(pace, ops, boot, oracles());
    }
    var ops = Moves.shrinking(nodes, pace.profile, Seconds.of(pace.chaos), draws);
    return setup(pace, ops, Boot.named(nodes, nodes, pace.profile, wired), oracles());
  }

  /** E18: the longest promise falls while voters restart that gave a longer one. */
  Setup shortening() {
    var pace = draws.chance(0.8) ? Pace.REGION : Pace.FAST;
    var nodes = GossipRuns.names(3 + draws.below(3));
    var ops = Moves.shortening(nodes, pace.profile, Seconds.of(pace.chaos), draws);
    var boot = new Boot(List.of(Scope.GLOBAL), nodes, pace.profile, wired);
    return setup(pace, ops, boot, oracles());
  }

  /**
   * E27. The calm is none for all: from its beginning on, links are gone for good, but for a
   * quorum.
   */
  Setup asymmetry() {
    var pace = draws.chance(0.8) ? Pace.REGION : Pace.FAST;
    var nodes = GossipRuns.names(draws.chance(0.5) ? 3 : 5);
    var chaos = Seconds.of(pace.chaos) / 2;
    var plan = plan(nodes.size(), chaos, 6, new Nemesis.Mix(1, 6, 1, 0, 1, 0, 0), 0.05);
    var ops = Nemesis.schedule(plan, draws);
    var shape = draws.oneOf(Shapes.LASTING);
    ops.add(
        new Op.Timed(chaos + 1, new Op.Cut(shape, new Shapes(nodes.size(), draws).links(shape))));
    var boot = new Boot(List.of(Scope.GLOBAL), nodes, pace.profile, wired);
    var calm = new Pace(pace.profile, pace.climate, pace.chaos / 2, pace.calm);
    return setup(calm, ops, boot, oracles());
  }

  /** A run of one scope. */
  static Setup setup(Pace pace, List<Op.Timed> ops, Boot boot, List<Oracle> oracles) {
    ops.sort(Comparator.comparingLong(Op.Timed::at));
    return new Setup(
        boot.nodes,
        List.of(Scope.GLOBAL),
        pace.climate,
        Seconds.of(pace.chaos),
        Seconds.of(pace.calm),
        ops,
        boot,
        oracles);
  }

  /** The store of a node that lost so many before. */
  static Bytes store(NodeId node, int wipes) {
    return Bytes.utf8((node + "               ").substring(0, 15) + wipes);
  }

  private static Nemesis.Plan plan(Scenario scenario, int nodes, long chaos) {
    return switch (scenario) {
      case ELECTION_RESTART -> plan(nodes, chaos, 20, new Nemesis.Mix(5, 1, 1, 0, 1, 5, 0), 0.05);
      case ELECTION_LATE -> plan(nodes, chaos, 12, new Nemesis.Mix(1, 1, 1, 0, 1, 0, 6), 0.05);
      case ELECTION_RECORD -> plan(nodes, chaos, 25, new Nemesis.Mix(8, 4, 2, 0, 2, 2, 1), 0.1);
      case ELECTION_CHAOS -> plan(nodes, chaos, 12, new Nemesis.Mix(3, 4, 3, 0, 3, 0, 1), 0.2);
      default -> throw new IllegalArgumentException(scenario + " is drawn otherwise");
    };
  }

  /** A plan of about so many faults. */
  static Nemesis.Plan plan(int nodes, long chaos, int faults, Nemesis.Mix mix, double loss) {
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
        new OneIntervalATerm(),
        new AuthorityIsPromised(),
        new GainedAndLostAlternate(),
        new FencedWritesAreInOrder(),
        new OneLineOfRecords(),
        new OutsidersChangeNothing(),
        new WordsBindNobody("E16"),
        new WordsBindNobody("E24"),
        new WordsBindNobody("S11"),
        new QuarantinedNeverGrant(),
        new RegressionsShow(),
        new OneGenesisAGeneration(),
        new ViewsAreCommitted(),
        new OneDecisionEverywhere(),
        new LeaderInCalm(),
        new CalmRecordIsCommitted());
  }

  /** Processes with one election core for each scope they vote in. */
  static final class Boot implements Cores {
    private final List<Scope> scopes;
    private final List<NodeId> nodes;
    private final Profile profile;
    private final boolean wired;
    private final List<NodeId> named; // empty: all vote, by whatever store
    private final SortedMap<NodeId, Integer> wipes = new TreeMap<>();
    private final SortedMap<String, SimDisk<Image>> disks = new TreeMap<>();
    private final SortedSet<String> born = new TreeSet<>();
    private final SortedSet<NodeId> copies = new TreeSet<>();
    final Recoveries recoveries = new Recoveries();
    private boolean lives;
    boolean cuts; // whether links end with whom a node's view revokes
    private long bound;
    private SimDisk.Latency latency = SimDisk.Latency.USUAL;
    private List<Simulation> began = List.of(); // one, from the first process on
    private List<Roster.Plan> plan = List.of(); // none: operators say who votes

    Boot(List<Scope> scopes, List<NodeId> nodes, Profile profile, boolean wired) {
      this(scopes, nodes, profile, wired, List.of());
    }

    private Boot(
        List<Scope> scopes,
        List<NodeId> nodes,
        Profile profile,
        boolean wired,
        List<NodeId> named) {
      this.named = List.copyOf(named);
      this.wired = wired;
      this.lives = wired;
      this.scopes = List.copyOf(scopes);
      this.nodes = List.copyOf(nodes);
      this.profile = profile;
    }

    /** Of one scope in which some nodes vote, each by its first store, and the others learn. */
    static Boot named(List<NodeId> nodes, List<NodeId> voters, Profile profile, boolean wired) {
      return new Boot(List.of(Scope.GLOBAL), nodes, profile, wired, voters);
    }

    /** With leaders who see to it themselves who votes. */
    Boot piloted(Roster.Plan by) {
      plan = List.of(by);
      return this;
    }

    /** Virtual nanoseconds since the run began. */
    long now() {
      return began.isEmpty() ? 0 : began.getFirst().now();
    }

    List<SimPilot> pilot(SimNode node, ElectionOptions options) {
      return plan.stream().map(by -> new SimPilot(node, options, by, this::store)).toList();
    }

    /** With frames that say, or do not say, which process they come from. */
    Boot living(boolean said) {
      lives = said;
      return this;
    }

    /** With takeovers measured; L1 over so many voters, on clocks at their slowest. */
    Boot measured(int voters, SimNetwork.Climate climate) {
      bound = Takeovers.bound(profile, voters, climate);
      return this;
    }

    /** On disks that take so long for a commit. */
    Boot on(SimDisk.Latency other) {
      latency = other;
      return this;
    }

    /** With so much more time until a leader is found out. */
    void patient(Duration more) {
      bound += (long) (more.toNanos() / (1 - SimClock.RHO));
    }

    @Override
    public long takeoverBound() {
      return bound;
    }

    /** Whether frames say which process they come from, so that copies of stores are found out. */
    boolean lives() {
      return lives;
    }

    @Override
    public void wipe(SimNode node) {
      wipes.merge(node.id(), 1, Integer::sum);
    }

    @Override
    public boolean isBorn(SimNode node) {
      return node.label().equals(node.id()) || copies.contains(node.label());
    }

    @Override
    public void damage(SimNode node, Consumer<SimDisk<?>> how) {
      for (var disk : disks(node)) {
        var before = disk.durable();
        how.accept(disk);
        ElectionWatch.regressed(node, before, disk.durable());
      }
    }

    @Override
    public void recover(SimNode node) {
      var running = node.world().nodes().stream().filter(SimNode::running);
      var others = running.flatMap(other -> disks(other).stream()).toList();
      var seat = new Seat(node.id(), store(node), 10);
      for (var disk : disks(node)) recoveries.recover(node, seat, disk, others);
    }

    @Override
    public void copy(SimNode from, SimNode to) {
      copies.add(to.label());
      for (var scope : scopes) {
        var disk = disks.get(key(from, scope));
        if (disk == null) continue;
        var key = key(to, scope);
        born.add(key);
        disks.put(key, new SimDisk<>(to.world().chance().of("disk", key), disk.durable()));
      }
    }

    List<SimDisk<Image>> disks(SimNode node) {
      var keys = scopes.stream().map(scope -> key(node, scope)).toList();
      return disks.entrySet().stream()
          .filter(entry -> keys.contains(entry.getKey()))
          .map(Map.Entry::getValue)
          .toList();
    }

    String key(SimNode node, Scope scope) {
      return scope + " " + node.label() + " ".repeat(wipes.getOrDefault(node.id(), 0));
    }

    @Override
    public SortedMap<String, Host> hosts(SimNode node) {
      began = List.of(node.world());
      var hosts = new TreeMap<String, Host>();
      for (var scope : scopes)
        if (votes(node.id(), scope)) hosts.put(scope.text(), host(node, scope));
      return hosts;
    }

    private static boolean votes(NodeId node, Scope scope) {
      return scope.equals(Scope.GLOBAL) || scope.equals(Scope.region(node.region()));
    }

    private Host host(SimNode node, Scope scope) {
      var options = options(node, scope);
      var key = key(node, scope);
      var fresh = born.add(key);
      var disk =
          disks.computeIfAbsent(
              key,
              _ ->
                  new SimDisk<>(
                      node.world().chance().of("disk", key),
                      latency,
                      Image.fresh(Durable.fresh(options.first()))));
      return new ElectionHost(node, options, disk, fresh, this);
    }

    private ElectionOptions options(SimNode node, Scope scope) {
      var voters = nodes.stream().distinct().filter(voter -> votes(voter, scope)).toList();
      var all = ElectionOptions.configured(scope, node.id(), store(node), voters, profile);
      if (named.isEmpty()) return all;
      var content = all.first().content();
      var seats = named.stream().map(n -> new Seat(n, ElectionRuns.store(n, 0), 10)).toList();
      var first = Content.of(1, content.genesis(), content.maxPromise(), content.rhoPpm(), seats);
      return new ElectionOptions(
          scope, node.id(), store(node), new ScopeRecord(all.first().id(), first), profile);
    }

    /** The store that a node has now. */
    Bytes store(SimNode node) {
      return store(node.id());
    }

    private Bytes store(NodeId node) {
      return ElectionRuns.store(node, wipes.getOrDefault(node, 0));
    }

    /** Who could vote by the stores there are now; nobody is told where voters are configured. */
    List<Seat> roster() {
      if (named.isEmpty() || !plan.isEmpty()) return List.of();
      return nodes.stream().distinct().map(n -> new Seat(n, store(n), 10)).toList();
    }

    /** How long a leader takes to finish before it hands over, nanoseconds. */
    long drain() {
      return profile.heartbeat().toNanos() / 4;
    }

    /** Whether frames are encoded and decoded on their way. */
    boolean wired() {
      return wired;
    }
  }
}
