package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.election.Change;
import dev.meshkit.election.Seat;
import java.util.ArrayList;
import java.util.List;

/** What disks do that disks should not, written before the run like all faults. */
final class DiskOps {
  private final List<NodeId> nodes;
  private final long unit;
  private final Draws draws;
  private final List<Op.Timed> ops = new ArrayList<>();
  private int number;

  /** {@code unit}: a quiet period. */
  DiskOps(List<NodeId> nodes, long unit, Draws draws) {
    this.nodes = List.copyOf(nodes);
    this.unit = unit;
    this.draws = draws;
  }

  /**
   * Terms and the record move on; then one store forgets some of that while the leader is linked to
   * all, so that its peers can know; then leaders fall again.
   *
   * @param copies whether a copy may run beside its original, too
   */
  List<Op.Timed> store(boolean copies) {
    add(0, new Op.Weather(draws.unit() * 0.02, draws.unit() * 0.05, draws.real(1, 2)));
    for (var at = unit; at < 10 * unit; at += draws.between(unit / 5, unit / 2))
      add(at, new Op.Order(Op.LEADER, "d" + ++number, false, gate()));
    for (var fall = 1; fall <= 3; fall++) fall((fall + draws.unit() / 4) * unit);
    var when = 5 * unit + draws.between(0, unit / 2);
    fault(when, copies);
    for (var fall = 0; fall < 2; fall++) fall((8 + 1.25 * fall) * unit);
    var copied = ops.stream().anyMatch(op -> op.op() instanceof Op.Clone);
    if (copied && draws.chance(0.7)) ops.removeIf(op -> op.at() > when); // nothing tells them apart
    return ops;
  }

  /**
   * Too many die for good, it seems; one survivor becomes the only voter of the next generation and
   * takes in others; then the dead return with the old one, and hear of it.
   */
  List<Op.Timed> genesis() {
    add(0, new Op.Weather(draws.unit() * 0.05, draws.unit() * 0.05, draws.real(1, 2)));
    for (var at = unit; at < 10 * unit; at += draws.between(unit / 5, unit / 2))
      add(at, new Op.Order(Op.LEADER, "d" + ++number, false, gate()));
    for (var at = unit; at < 10 * unit; at += unit) add(at, Rebirths.revoking(++number));
    var first = draws.below(nodes.size());
    var dead = nodes.size() / 2 + 1 - (nodes.size() % 2 == 0 ? 1 : 0);
    for (var i = 0; i < dead; i++) {
      var node = (first + i) % nodes.size();
      add(3 * unit + draws.between(0, unit / 2), new Op.Crash(node, Op.Moment.NOW, draws.unit()));
      add((7 + draws.below(2)) * unit + draws.between(0, unit), new Op.Restart(node));
    }
    var survivor = (first + dead) % nodes.size();
    var told = draws.chance(0.5);
    add(
        4 * unit + draws.between(0, unit),
        told ? new Op.Revive(survivor, draws.chance(0.5)) : new Op.Recover(survivor));
    for (var at = 6 * unit; at < 12 * unit; at += unit / 4) take(at, draws.below(nodes.size()));
    if (draws.chance(0.5)) fall(9.5 * unit);
    return ops;
  }

  private void take(long at, int node) {
    var seat = new Seat(nodes.get(node), ElectionRuns.store(nodes.get(node), 0), 10);
    add(at, new Op.Order(Op.LEADER, "t" + ++number, false, new Change.AddVoter(seat)));
  }

  /** The hosts: one more if a copy is to run there. */
  List<NodeId> hosts() {
    var hosts = new ArrayList<>(nodes);
    for (var timed : ops)
      if (timed.op() instanceof Op.Clone(var node, _)) hosts.add(nodes.get(node));
    return hosts;
  }

  private void fault(long at, boolean copies) {
    var node = draws.below(nodes.size());
    var pick = draws.below(3);
    if (pick == 0 && copies) add(at, new Op.Clone(node, nodes.size()));
    else if (pick == 1) add(at, new Op.Rollback(node, draws.unit() * 0.9));
    else {
      add(draws.between(unit, 4 * unit), new Op.Lie(node));
      add(at, new Op.Crash(node, Op.Moment.NOW, draws.unit()));
      add(at + draws.between(1, unit / 2), new Op.Restart(node));
    }
  }

  private void fall(double at) {
    add((long) at, new Op.Isolate(Op.LEADER, true, true));
    add((long) at + unit * 2 / 5, new Op.Heal());
  }

  private Change gate() {
    return new Change.SetGate(OrderedGates.gate("g", draws.below(4), number));
  }

  /** About so many disks hang or break until then; whoever stopped because of it comes back. */
  List<Op.Timed> broken(long end, int count) {
    var gap = end / count;
    for (var at = gap; at < end - gap; at += draws.between(gap / 4, gap * 7 / 4)) {
      var node = draws.chance(0.5) ? Op.LEADER : draws.below(nodes.size());
      var until = Math.min(end - 1, at + draws.between(gap / 8, 2 * gap));
      var pick = draws.below(3);
      add(
          at,
          pick == 0 ? new Op.Stall(node, until - at) : new Op.Fail(node, until - at, pick == 1));
      if (draws.chance(0.3)) add(at + (until - at) / 2, new Op.Restart(draws.below(nodes.size())));
      for (var back = 0; back < nodes.size(); back++) add(until + 1, new Op.Restart(back));
    }
    return ops;
  }

  private void add(long at, Op op) {
    ops.add(new Op.Timed(at, op));
  }
}
