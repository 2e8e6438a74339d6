package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The other end of chaos: not everything heals. A core, which is a quorum linked both ways, gets
 * well; whoever is outside it stays dead, cut off, half cut off, stopped, or without a disk (V13).
 */
final class Lasting {
  /** The shape of what stays cut. */
  static final String SHAPE = "lasting";

  private static final long FOREVER = Seconds.of(3_600);

  private final long at;
  private final Draws draws;
  private final List<Op.Timed> ops = new ArrayList<>();
  private final List<Link> cut = new ArrayList<>();

  private Lasting(long at, Draws draws) {
    this.at = at;
    this.draws = draws;
  }

  /** What happens just after everything has healed at {@code at}. */
  static List<Op.Timed> faults(int nodes, long at, Draws draws) {
    var lasting = new Lasting(at, draws);
    var order = new ArrayList<Integer>();
    for (var node = 0; node < nodes; node++) order.add(node);
    for (var i = nodes - 1; i > 0; i--) Collections.swap(order, i, draws.below(i + 1));
    for (var outside : order.subList(nodes / 2 + 1, nodes)) lasting.leave(outside, nodes);
    if (!lasting.ops.isEmpty() || !lasting.cut.isEmpty())
      lasting.ops.addFirst(new Op.Timed(at + 1, new Op.Cut(SHAPE, lasting.cut)));
    return lasting.ops;
  }

  private void leave(int node, int nodes) {
    switch (draws.below(6)) {
      case 0 -> add(new Op.Crash(node, Op.Moment.NOW, draws.unit()));
      case 1 -> add(new Op.Pause(node, FOREVER));
      case 2 -> add(new Op.Stall(node, FOREVER));
      case 3 -> cut(node, nodes, true, true);
      case 4 -> cut(node, nodes, true, false);
      default -> cut(node, nodes, false, true);
    }
  }

  private void add(Op op) {
    ops.add(new Op.Timed(at + 2, op));
  }

  private void cut(int node, int nodes, boolean send, boolean receive) {
    for (var other = 0; other < nodes; other++) {
      if (other != node && send) cut.add(new Link(node, other));
      if (other != node && receive) cut.add(new Link(other, node));
    }
  }
}
