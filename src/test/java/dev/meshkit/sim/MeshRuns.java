package dev.meshkit.sim;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Profile;
import dev.meshkit.gossip.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Draws the runs of {@code mesh/both}: gossip and the elections of all scopes, in one process. */
final class MeshRuns {
  private static final double CHAOS = 30;
  private static final double CALM = 35; // outlasts gossip's bounds, which are the longer ones

  private final Draws draws;
  private final boolean wired;

  MeshRuns(Draws draws, boolean wired) {
    this.draws = draws;
    this.wired = wired;
  }

  /** One run. */
  Setup setup() {
    var nodes = GossipRuns.names(3 + draws.below(4));
    var scopes = List.of(Scope.GLOBAL, Scope.region("eu"), Scope.region("us"));
    var chaos = Seconds.of(CHAOS);
    var mix = new Nemesis.Mix(4, 4, 2, 1, 2, 1, 0);
    var ops = Nemesis.schedule(new Nemesis.Plan(nodes.size(), chaos, chaos / 10, mix, 0.2), draws);
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.addAll(GossipRuns.oracles());
    return new Setup(
        nodes,
        scopes,
        SimNetwork.Climate.LAN,
        chaos,
        Seconds.of(CALM),
        ops,
        new Boot(nodes, scopes, wired),
        oracles);
  }

  private static final class Boot implements SimNode.Boot {
    private final GossipRuns.Boot gossip =
        new GossipRuns.Boot(Timing.fast(), List.<Endpoint>of(Addresses.of(0), Addresses.of(1)));
    private final ElectionRuns.Boot elections;

    Boot(List<NodeId> nodes, List<Scope> scopes, boolean wired) {
      elections = new ElectionRuns.Boot(scopes, nodes, Profile.REGION, wired);
    }

    @Override
    public SortedMap<String, Host> hosts(SimNode node) {
      var hosts = new TreeMap<>(gossip.hosts(node));
      hosts.putAll(elections.hosts(node));
      return hosts;
    }
  }
}
