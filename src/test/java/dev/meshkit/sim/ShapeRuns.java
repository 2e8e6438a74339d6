package dev.meshkit.sim;

import dev.meshkit.api.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Draws the runs of {@code election/shapes}: partitions that move, each for about as long as a
 * promise or the tenure that rests on it, and processes whose steps take long (simulation.md §3).
 */
final class ShapeRuns {
  /** One after the other is cut off. */
  static final String ROLLING = "rolling";

  /** Ever more are cut off, and come back in another order. */
  static final String SWIZZLE = "swizzle";

  /** Two partitions take turns, or one and none. */
  static final String FLIP_FLOP = "flip-flop";

  private static final List<Integer> FACTORS = List.of(2, 5, 10, 30, 100);
  private static final int KINDS = 4;

  private final Draws draws;
  private final boolean wired;
  private final List<Op.Timed> ops = new ArrayList<>();
  private long at;

  /** {@code wired}: frames are encoded and decoded on their way (V7). */
  ShapeRuns(Draws draws, boolean wired) {
    this.draws = draws;
    this.wired = wired;
  }

  /** One run, with some crashes, pauses and storms besides. */
  Setup setup() {
    var pace = draws.chance(0.8) ? ElectionRuns.Pace.REGION : ElectionRuns.Pace.FAST;
    var nodes = GossipRuns.names(3 + draws.below(5));
    var chaos = Seconds.of(pace.chaos());
    var mix = new Nemesis.Mix(2, 0, 1, 0, 1, 0, 0);
    var promise = pace.profile().promise().toNanos();
    var all = new ArrayList<>(moving(nodes.size(), promise, chaos));
    all.addAll(Nemesis.schedule(ElectionRuns.plan(nodes.size(), chaos, 5, mix, 0.05), draws));
    var boot = new ElectionRuns.Boot(List.of(Scope.GLOBAL), nodes, pace.profile(), wired);
    return ElectionRuns.setup(pace, all, boot, ElectionRuns.oracles());
  }

  /** Each kind in turn, in an order that is drawn anew each time, until chaos ends. */
  List<Op.Timed> moving(int nodes, long promise, long chaos) {
    for (at = promise; at < chaos; ) {
      for (var kind : shuffled(KINDS)) {
        var unit = (long) (promise * draws.real(0.7, 1.3)); // a tenure is four fifths of a promise
        switch (kind) {
          case 0 -> rolling(nodes, unit);
          case 1 -> swizzle(nodes, unit);
          case 2 -> flipFlop(nodes, unit);
          default -> slow(nodes, unit, chaos);
        }
        at += draws.between(promise / 2, 3 * promise);
      }
    }
    ops.removeIf(op -> op.at() >= chaos); // then all heals
    return ops;
  }

  private void rolling(int nodes, long unit) {
    var hold = draws.chance(0.5) ? unit : draws.between(unit / 10, unit);
    var send = draws.chance(0.7);
    var receive = !send || draws.chance(0.7);
    for (var node : shuffled(nodes)) {
      cut(ROLLING, nodes, new TreeSet<>(List.of(node)), send, receive);
      at += hold;
    }
    add(new Op.Heal());
  }

  private void swizzle(int nodes, long unit) {
    var gone = new TreeSet<Integer>();
    var many = 2 + draws.below(nodes - 2);
    for (var node : shuffled(nodes).subList(0, many)) {
      gone.add(node);
      cut(SWIZZLE, nodes, gone, true, true);
      at += draws.between(unit / 20, unit);
    }
    for (var node : shuffled(nodes)) {
      if (!gone.remove(node) || gone.isEmpty()) continue;
      cut(SWIZZLE, nodes, gone, true, true);
      at += draws.between(unit / 20, unit);
    }
    add(new Op.Heal());
  }

  private void flipFlop(int nodes, long period) {
    var one = drawn(nodes);
    var other = drawn(nodes);
    var pick = draws.below(3); // two cuts, one and none, the leader and none
    for (var left = 3 + draws.below(6); left > 0; left--) {
      add(pick == 2 ? new Op.Isolate(Op.LEADER, true, true) : new Op.Cut(FLIP_FLOP, one));
      at += period / 2;
      add(pick == 0 ? new Op.Cut(FLIP_FLOP, other) : new Op.Heal());
      at += period - period / 2;
    }
    add(new Op.Heal());
  }

  private List<Link> drawn(int nodes) {
    return new Shapes(nodes, draws).links(draws.oneOf(Shapes.LASTING.subList(0, 7)));
  }

  private void slow(int nodes, long unit, long chaos) {
    var whose = draws.chance(0.5) ? Op.LEADER : draws.below(nodes);
    var nanos = Math.min(Math.max(1, chaos - at), draws.between(unit, 5 * unit));
    add(new Op.Slow(whose, draws.oneOf(FACTORS), nanos));
  }

  private void cut(String shape, int nodes, SortedSet<Integer> gone, boolean send, boolean back) {
    var links = new ArrayList<Link>();
    for (var from = 0; from < nodes; from++) {
      for (var to = 0; to < nodes; to++) {
        var dead = (send && gone.contains(from)) || (back && gone.contains(to));
        if (from != to && dead) links.add(new Link(from, to));
      }
    }
    add(new Op.Cut(shape, links));
  }

  private void add(Op op) {
    ops.add(new Op.Timed(at, op));
  }

  private List<Integer> shuffled(int count) {
    var order = new ArrayList<Integer>();
    for (var i = 0; i < count; i++) order.add(i);
    for (var i = count - 1; i > 0; i--) Collections.swap(order, i, draws.below(i + 1));
    return order;
  }
}
