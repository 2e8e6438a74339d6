package dev.meshkit.sim;

import dev.meshkit.gossip.Attrs;
import dev.meshkit.gossip.GossipOptions;
import dev.meshkit.gossip.Input;
import dev.meshkit.gossip.Limits;
import dev.meshkit.gossip.Past;
import dev.meshkit.gossip.Table;
import dev.meshkit.gossip.Timing;
import dev.meshkit.gossip.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Processes that have all met: once everybody's first life is durable, each is handed the table of
 * all, as by a sync. So a large mesh is seen as it runs, not as it assembles, which is another
 * matter: of two thousand that begin at once each hears two thousand times of somebody new.
 */
final class FormedMesh implements Cores {
  /** When all meet: the slowest disk has written by then. */
  static final long MEETING = 500_000_000L;

  private final Timing timing;
  private final List<GossipHost> hosts = new ArrayList<>();
  private List<Told> everybody = List.of(); // until the first asks

  FormedMesh(Timing timing) {
    this.timing = timing;
  }

  @Override
  public SortedMap<String, Host> hosts(SimNode node) {
    var disk = new SimDisk<>(node.world().chance().of("disk", "gossip/" + node.id()), Past.NONE);
    var options =
        GossipOptions.of(node.id(), Attrs.at(Addresses.of(node.number())))
            .timed(timing)
            .limited(Limits.USUAL);
    // Its seed is nobody's address, so that it is not alone in its own eyes, and asks nobody.
    var host = new GossipHost(node, options, disk, List.of(Addresses.of(-1)));
    hosts.add(host);
    node.later(MEETING, GossipHost.CORE, (GossipHost.Meeting) this::meeting);
    var only = new TreeMap<String, Host>();
    only.put(GossipHost.CORE, host);
    return only;
  }

  private Input meeting() {
    if (everybody.isEmpty()) everybody = hosts.stream().map(GossipHost::self).toList();
    var first = everybody.getFirst();
    return new Input.Synced(
        first.id(), new Table(first.entry().key().life(), everybody, List.of()));
  }
}
