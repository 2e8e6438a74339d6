package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Profile;
import dev.meshkit.election.Roster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Draws the runs of {@code election/joining}: one node begins a mesh; others, of its region and of
 * another, come one by one while it runs and things fail. They hold no record of any scope: the
 * whole begins at them with what its leader shows, and so does a region but for its founder. Now
 * and then one loses its disk, and joins again by another store.
 */
final class JoiningRuns {
  private static final Duration DEAD_AFTER = Duration.ofSeconds(6);
  private static final Duration SETTLE = Duration.ofSeconds(3);
  private static final String OTHER = "us";
  private static final ElectionRuns.Pace PACE =
      new ElectionRuns.Pace(Profile.REGION, SimNetwork.Climate.LAN, 30, 40);

  private final Draws draws;
  private final boolean wired;
  private final List<Op.Timed> ops = new ArrayList<>();

  /** {@code wired}: frames are encoded and decoded on their way (V7). */
  JoiningRuns(Draws draws, boolean wired) {
    this.draws = draws;
    this.wired = wired;
  }

  /** One run. */
  Setup setup() {
    var nodes = nodes();
    var chaos = Seconds.of(PACE.chaos());
    var mix = new Nemesis.Mix(2, 2, 1, 0, 2, 0, 1);
    ops.addAll(Nemesis.schedule(ElectionRuns.plan(nodes.size(), chaos, 8, mix, 0.1), draws));
    var coming = new TreeMap<NodeId, Long>();
    for (var node = 1; node < nodes.size(); node++) {
      var at = Seconds.of(draws.real(0, 0.8 * PACE.chaos()));
      coming.put(nodes.get(node), at);
      ops.add(new Op.Timed(at, new Op.Restart(node)));
      if (draws.chance(0.3)) ops.add(new Op.Timed(at + soon(), new Op.Wipe(node)));
    }
    ops.removeIf(op -> op.at() > chaos);
    ops.sort(Comparator.comparingLong(Op.Timed::at));
    var scopes = List.of(Scope.GLOBAL, Scope.region("eu"), Scope.region(OTHER));
    return new Setup(
        nodes,
        scopes,
        PACE.climate(),
        chaos,
        Seconds.of(PACE.calm()),
        ops,
        new Boot(nodes, coming, wired),
        oracles(scopes));
  }

  /** About when it is asked to vote. */
  private long soon() {
    return Seconds.of(draws.real(0.5, 9));
  }

  private List<NodeId> nodes() {
    var nodes = new ArrayList<NodeId>();
    for (var i = 1; i <= 2 + draws.below(2); i++) nodes.add(NodeId.of("eu", "n" + i));
    for (var i = 1; i <= 2 + draws.below(2); i++) nodes.add(NodeId.of(OTHER, "n" + i));
    return nodes;
  }

  private static Roster.Plan plan() {
    return new Roster.Plan(3, new TreeSet<>(), DEAD_AFTER, SETTLE);
  }

  /** The judges of all elections, and for each scope who has joined it and who votes there. */
  static List<Oracle> oracles(List<Scope> scopes) {
    var oracles = new ArrayList<Oracle>();
    for (var scope : scopes) oracles.add(new AllHaveJoined(scope)); // first: it names the cause
    oracles.addAll(ElectionRuns.oracles());
    for (var scope : scopes)
      oracles.add(new WhereLed(scope, new ElectorateAsPlanned(plan(), new TreeSet<>())));
    return oracles;
  }

  /** On each node the whole and its region, neither of which has begun there at first. */
  private static final class Boot implements Cores {
    private final ElectionRuns.Boot elections;
    private final CradleHost.Shared shared;
    private final NodeId first;
    private final SortedMap<NodeId, Long> coming;

    Boot(List<NodeId> nodes, SortedMap<NodeId, Long> coming, boolean wired) {
      this.elections =
          ElectionRuns.Boot.named(nodes, nodes, PACE.profile(), wired)
              .living(false)
              .piloted(plan());
      this.shared = new CradleHost.Shared(elections, new TreeMap<>(), true);
      this.first = nodes.getFirst();
      this.coming = coming;
    }

    @Override
    public boolean isBorn(SimNode node) {
      return node.world().now() >= coming.getOrDefault(node.id(), 0L);
    }

    @Override
    public void wipe(SimNode node) {
      elections.wipe(node);
    }

    @Override
    public SortedMap<String, Host> hosts(SimNode node) {
      var hosts = new TreeMap<String, Host>();
      var whole = new CradleHost(node, Scope.GLOBAL, PACE.profile(), shared, 0);
      var region = Scope.region(node.id().region());
      var begins = node.id().equals(first);
      hosts.put(Scope.GLOBAL.text(), begins ? whole.founding(Bytes.utf8("a mesh begins")) : whole);
      hosts.put(region.text(), new CradleHost(node, region, PACE.profile(), shared, 0));
      return hosts;
    }
  }
}
