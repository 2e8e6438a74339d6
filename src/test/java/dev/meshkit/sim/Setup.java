package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.List;

/**
 * One run, drawn whole before its first event.
 *
 * @param nodes the names, by number
 * @param scopes what the nodes elect leaders of
 * @param climate the network
 * @param chaos how long faults happen, nanoseconds
 * @param calm how long nothing fails after that
 * @param ops the faults, in order of time
 * @param boot makes the cores of a process
 * @param oracles who judges
 */
record Setup(
    List<NodeId> nodes,
    List<Scope> scopes,
    SimNetwork.Climate climate,
    long chaos,
    long calm,
    List<Op.Timed> ops,
    SimNode.Boot boot,
    List<Oracle> oracles) {
  /** Copies the lists. */
  Setup {
    nodes = List.copyOf(nodes);
    scopes = List.copyOf(scopes);
    ops = List.copyOf(ops);
    oracles = List.copyOf(oracles);
  }

  /** The same with other faults. */
  Setup with(List<Op.Timed> others) {
    return new Setup(nodes, scopes, climate, chaos, calm, others, boot, oracles);
  }
}
