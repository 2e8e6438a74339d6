package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Change;
import dev.meshkit.election.Revocation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What operators ask of a scope's record, written before the run like the faults: changes of gates
 * and ranks, some decided on the version they saw, some by two operators at once, some sent again.
 */
final class Orders {
  private static final int GATES = 3;

  private final Draws draws;
  private final List<NodeId> nodes;
  private final List<Op.Timed> ops = new ArrayList<>();
  private int number;

  private Orders(List<NodeId> nodes, Draws draws) {
    this.nodes = nodes;
    this.draws = draws;
  }

  /** About {@code count} commands until {@code end}. */
  static List<Op.Timed> schedule(List<NodeId> nodes, long end, int count, Draws draws) {
    var orders = new Orders(nodes, draws);
    var gap = end / count;
    for (var at = gap; at < end; at += draws.between(gap / 4, gap * 7 / 4)) orders.order(at, gap);
    return orders.ops;
  }

  private void order(long at, long gap) {
    var seen = draws.chance(0.5);
    var order = new Op.Order(whom(), "c" + ++number, seen, change());
    add(at, order);
    if (draws.chance(0.3)) add(at + draws.between(0, 2_000_000), rival(seen));
    for (var more = draws.below(3); more > 0; more--)
      add(at + draws.between(0, 4 * gap), new Op.Order(whom(), order.id(), seen, order.change()));
  }

  private Op.Order rival(boolean seen) {
    return new Op.Order(Op.LEADER, "c" + ++number, seen, change());
  }

  private int whom() {
    return draws.chance(0.8) ? Op.LEADER : draws.below(nodes.size());
  }

  private Change change() {
    if (draws.chance(0.2)) return new Change.SetRank(draws.oneOf(nodes), draws.below(20));
    if (draws.chance(0.1)) return new Change.Revoke(revocation());
    if (draws.chance(0.1)) {
      var back = revocation();
      return new Change.Unrevoke(back.key(), back.node());
    }
    var gate = "g" + draws.below(GATES);
    return new Change.SetGate(OrderedGates.gate(gate, draws.below(4), number));
  }

  /** Of a key or two, and now and then of a voter. */
  private Revocation revocation() {
    if (draws.chance(0.3)) return new Revocation(Bytes.EMPTY, draws.oneOf(nodes), Revocation.NEVER);
    var key = Bytes.utf8("k" + draws.below(2)).sha256();
    return new Revocation(key, NodeId.NOBODY, Instant.ofEpochMilli(1 + draws.below(2)));
  }

  private void add(long at, Op.Order order) {
    ops.add(new Op.Timed(at, order));
  }
}
