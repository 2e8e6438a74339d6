package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

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
 * @param absent the numbers of nodes that never run
 */
record Setup(
    List<NodeId> nodes,
    List<Scope> scopes,
    SimNetwork.Climate climate,
    long chaos,
    long calm,
    List<Op.Timed> ops,
    Cores boot,
    List<Oracle> oracles,
    SortedSet<Integer> absent) {
  /** Copies the lists. */
  Setup {
    nodes = List.copyOf(nodes);
    scopes = List.copyOf(scopes);
    ops = List.copyOf(ops);
    oracles = List.copyOf(oracles);
  }

  /** One in which all nodes run. */
  Setup(
      List<NodeId> nodes,
      List<Scope> scopes,
      SimNetwork.Climate climate,
      long chaos,
      long calm,
      List<Op.Timed> ops,
      Cores boot,
      List<Oracle> oracles) {
    this(nodes, scopes, climate, chaos, calm, ops, boot, oracles, new TreeSet<>());
  }

  /** The same with other faults. */
  Setup with(List<Op.Timed> others) {
    return with(schedule().with(others));
  }

  /** The same with other faults, in other sizes; without its calm nobody judges that. */
  Setup with(Schedule other) {
    var sizes = other.sizes();
    var isCutShort = sizes.calm() == 0 && calm > 0;
    return new Setup(
        nodes,
        scopes,
        climate,
        sizes.chaos() < 0 ? chaos : sizes.chaos(),
        sizes.calm() < 0 ? calm : sizes.calm(),
        other.ops(),
        boot,
        isCutShort ? oracles.stream().<Oracle>map(BeforeCalm::new).toList() : oracles,
        sizes.absent());
  }

  /**
   * The same before those of its judges only who go by one of these names; all if none is named.
   */
  Setup judgedBy(List<String> names) {
    if (names.isEmpty()) return this;
    var judges = oracles.stream().filter(oracle -> names.contains(oracle.name())).toList();
    return new Setup(nodes, scopes, climate, chaos, calm, ops, boot, judges, absent);
  }

  /** What is done to the run. */
  Schedule schedule() {
    return new Schedule(ops, new Schedule.Sizes(nodes.size(), absent, chaos, calm));
  }
}
