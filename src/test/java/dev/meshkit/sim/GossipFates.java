package dev.meshkit.sim;

import dev.meshkit.gossip.Timing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The schedules of gossip runs in which one thing happens to many nodes at once. */
final class GossipFates {
  private static final double WITHIN = 2; // seconds, of a restart of all
  private static final double HOUR = 3_600;
  private static final double AT_ONCE = 0.1; // seconds, from the end of a process to the next
  private static final double SLOWEST = 1.12; // what a clock within ρ makes of a while, at most

  private final int nodes;
  private final long chaos;
  private final Draws draws;
  private final List<Op.Timed> ops = new ArrayList<>();

  GossipFates(int nodes, long chaos, Draws draws) {
    this.nodes = nodes;
    this.chaos = chaos;
    this.draws = draws;
    at(0, new Op.Weather(draws.unit() * 0.05, draws.unit() * 0.02, 1));
  }

  /**
   * All restart within two seconds, twice: most on the disk they left, some on a new one, some with
   * a wall clock that was set back by up to an hour.
   */
  List<Op.Timed> restarts() {
    for (var share : List.of(0.3, 0.7)) {
      for (var node = 0; node < nodes; node++) {
        var when = (long) (chaos * share) + Seconds.of(draws.unit() * WITHIN);
        var back = draws.chance(0.4);
        if (back) at(when, new Op.Step(node, -Seconds.of(draws.real(1, HOUR)), true));
        if (draws.chance(back ? 0.6 : 0.3)) { // both at once: its past outranks it
          at(when, new Op.Wipe(node));
        } else {
          at(when, new Op.Crash(node, Op.Moment.NOW, draws.unit()));
          at(when + Seconds.of(draws.real(0.1, 1)), new Op.Restart(node));
        }
      }
    }
    return sorted();
  }

  /** Nobody hears anybody until each has buried all others; some come back only after that. */
  List<Op.Timed> burials() {
    var links = new ArrayList<Link>();
    for (var from = 0; from < nodes; from++)
      for (var to = 0; to < nodes; to++) if (from != to) links.add(new Link(from, to));
    var heals = (long) (chaos * draws.real(0.85, 1));
    at((long) (chaos * draws.real(0.05, 0.2)), new Op.Cut("apart", links));
    if (draws.chance(0.3)) {
      var node = draws.below(nodes);
      at(heals - Seconds.of(draws.real(0.5, 2)), new Op.Crash(node, Op.Moment.NOW, draws.unit()));
      at(heals + 1, new Op.Restart(node));
    }
    at(heals, new Op.Heal());
    return sorted();
  }

  /**
   * Three times somebody leaves: heard by all, by some or by nobody, or while others suspect it or
   * have buried it. Its next process begins as soon as the one before has ended, or seconds later.
   */
  List<Op.Timed> leaves(Timing timing) {
    var slot = (long) (chaos * 0.3);
    var said = (long) (2 * timing.gossip().toNanos() * SLOWEST);
    for (var turn = 0; turn < 3; turn++) {
      var node = draws.below(nodes);
      var when = slot * turn + (long) (slot * draws.real(0.5, 0.6));
      unheard(node, when, timing.period().toNanos());
      at(when, new Op.Leave(node));
      at(when + said, new Op.Heal());
      var soon = draws.chance(0.5);
      var away = soon ? Seconds.of(draws.unit() * AT_ONCE) : (long) (slot * draws.real(0.1, 0.4));
      at(when + said + away, new Op.Restart(node));
    }
    return sorted();
  }

  /** What keeps others from hearing a goodbye said then, or had kept them from hearing before. */
  private void unheard(int node, long when, long period) {
    switch (draws.below(4)) {
      case 0 -> at(when, new Op.Isolate(node, true, false));
      case 1 -> {
        var links = new ArrayList<Link>();
        for (var to = 0; to < nodes; to++)
          if (to != node && draws.chance(0.5)) links.add(new Link(node, to));
        at(when, new Op.Cut("half-heard", links));
      }
      case 2 -> {
        var deaf = draws.chance(0.5); // or it hears that it is accused, and refutes unheard
        at(when - (long) (period * draws.real(1.5, 8)), new Op.Isolate(node, true, deaf));
        at(when, new Op.Heal());
      }
      default -> {} // all hear it
    }
  }

  private void at(long when, Op op) {
    ops.add(new Op.Timed(when, op));
  }

  private List<Op.Timed> sorted() {
    at(chaos, new Op.Heal());
    at(chaos, new Op.Weather(0.01, 0.005, 1));
    for (var node = 0; node < nodes; node++) at(chaos, new Op.Restart(node));
    ops.removeIf(op -> op.at() > chaos);
    ops.sort(Comparator.comparingLong(Op.Timed::at));
    return ops;
  }
}
