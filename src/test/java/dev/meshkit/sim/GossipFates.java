package dev.meshkit.sim;

import dev.meshkit.gossip.Timing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The schedules of gossip runs in which one thing happens to many nodes at once. */
final class GossipFates {
  private static final double WITHIN = 2; // seconds, of a restart of all
  private static final double HOUR = 3_600;
  private static final long SECOND = 1_000_000_000L;
  private static final double AT_ONCE = 0.1; // seconds, from the end of a process to the next
  private static final double SLOWEST = 1.12; // what a clock within ρ makes of a while, at most

  private final int nodes;
  private final long chaos;
  private final Draws draws;
  private final List<Op.Timed> ops = new ArrayList<>();
  private final SortedSet<Integer> sick = new TreeSet<>();

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

  /**
   * One stands still again and again, or almost a third of all do, for less and for more than a
   * suspicion lasts; nothing is wrong with the others.
   */
  List<Op.Timed> pauses(Timing timing) {
    var period = timing.period().toNanos();
    var slot = (long) (chaos * 0.24);
    var many = Math.max(1, draws.chance(0.5) ? 1 : nodes * 3 / 10);
    while (sick.size() < many) sick.add(draws.below(nodes));
    for (var turn = 0; turn < 4; turn++) {
      for (var node : sick) {
        var when = slot * turn + (long) (slot * draws.real(0.1, 0.4));
        var still = Math.min(slot / 2, (long) (period * draws.real(2, 24)));
        at(when, new Op.Pause(node, still));
        if (!draws.chance(0.4)) continue; // or once more, for less long, before it may judge
        var again = (long) (Math.max(2 * period, SECOND) * draws.real(1.2, 1.6));
        at(when + still + (long) (period * draws.unit()), new Op.Pause(node, again));
      }
    }
    return sorted();
  }

  /**
   * Besides what else happens: twice some stand still while another one ends, and hear that it was
   * suspected and buried only when they go on.
   */
  List<Op.Timed> sleepers(Timing timing, List<Op.Timed> others) {
    ops.addAll(others);
    var period = timing.period().toNanos();
    var slot = chaos / 2;
    for (var turn = 0; turn < 2; turn++) {
      var ends = draws.below(nodes);
      var when = slot * turn + (long) (slot * draws.real(0.1, 0.3));
      var still = Math.min(slot / 2, (long) (period * draws.real(8, 20)));
      for (var node = 0; node < nodes; node++)
        if (node != ends && draws.chance(0.5)) at(when, new Op.Pause(node, still));
      at(when + (long) (period * draws.unit()), new Op.Crash(ends, Op.Moment.NOW, draws.unit()));
      at(slot * turn + (long) (slot * draws.real(0.9, 1)), new Op.Restart(ends));
    }
    return sorted();
  }

  /**
   * Of one most is lost on its way out; or a direction between two, or both, carry nothing, all the
   * time or now and then. But for the first nobody is sick: others reach them.
   */
  List<Op.Timed> partly(Timing timing) {
    var node = draws.below(nodes);
    var other = (node + 1 + draws.below(nodes - 1)) % nodes;
    var links = new ArrayList<Link>(List.of(new Link(node, other)));
    switch (draws.below(3)) {
      case 0 -> {
        sick.add(node);
        at(0, new Op.Mumble(node, draws.real(0.6, 0.85)));
        at(chaos, new Op.Mumble(node, 0));
      }
      case 1 -> {
        if (draws.chance(0.5)) links.add(new Link(other, node));
        at((long) (chaos * draws.real(0.05, 0.2)), new Op.Cut("pair", links));
      }
      default -> {
        var beat = (long) (timing.period().toNanos() * draws.real(2, 20));
        for (var when = beat; when < chaos; when += 2 * beat) {
          at(when, new Op.Cut("flip-flop", links));
          at(when + beat, new Op.Heal());
        }
      }
    }
    return sorted();
  }

  /**
   * A copy of a node begins beside it, on a copy of its disk and at an address of its own; one of
   * the two stops, and is begun again, twice. Another node loses its disk, with its clock set back:
   * it has a past that outranks it, and no twin.
   *
   * @param node who is copied
   * @param copy the number of the host where the copy runs
   */
  List<Op.Timed> twins(int node, int copy) {
    at((long) (chaos * draws.real(0.1, 0.2)), new Op.Clone(node, copy));
    for (var share : List.of(0.45, 0.7)) {
      var when = (long) (chaos * (share + draws.unit() * 0.1));
      at(when, new Op.Restart(node));
      at(when, new Op.Restart(copy));
    }
    var other = (node + 1) % nodes;
    var when = (long) (chaos * draws.real(0.2, 0.8));
    at(when, new Op.Step(other, -Seconds.of(draws.real(1, HOUR)), true));
    at(when, new Op.Wipe(other));
    return sorted();
  }

  /** Those of the nodes with whom something was wrong. */
  SortedSet<Integer> sick() {
    return sick;
  }

  /**
   * All but some leave for good within ten minutes; one that stays loses its disk a while later and
   * hears of it from the others, long after.
   *
   * @param stay how many stay: the first
   */
  List<Op.Timed> farewells(int stay) {
    for (var node = stay; node < nodes; node++)
      at(Seconds.of(draws.real(30, 600)), new Op.Leave(node));
    var learner = draws.below(stay);
    var late = Seconds.of(draws.real(1_000, 1_500));
    at(late, draws.chance(0.5) ? new Op.Wipe(learner) : new Op.Crash(learner, Op.Moment.NOW, 1));
    at(late + Seconds.of(draws.real(1, 20)), new Op.Restart(learner));
    at(chaos, new Op.Weather(0.01, 0.005, 1)); // the calm is one
    ops.sort(Comparator.comparingLong(Op.Timed::at));
    return ops;
  }

  /** Each leaves and returns in its turn, as for an upgrade; then some do, as if it was undone. */
  List<Op.Timed> upgrades() {
    ops.clear(); // no weather
    var met = chaos / 5;
    var slot = (chaos - met) / (2L * nodes);
    for (var turn = 0; turn < 2 * nodes; turn++) {
      if (turn >= nodes && draws.chance(0.4)) continue;
      var when = met + slot * turn;
      at(when, new Op.Leave(turn % nodes));
      at(when + (long) (slot * draws.real(0.5, 0.9)), new Op.Restart(turn % nodes));
    }
    ops.sort(Comparator.comparingLong(Op.Timed::at));
    return ops;
  }

  /** Two sides hear nothing of each other from the first minutes on, until just before the end. */
  List<Op.Timed> apart() {
    var side = 1 + draws.below(nodes - 1);
    var links = new ArrayList<Link>();
    for (var one = 0; one < side; one++)
      for (var other = side; other < nodes; other++) {
        links.add(new Link(one, other));
        links.add(new Link(other, one));
      }
    at(Seconds.of(draws.real(60, 300)), new Op.Cut("bisect", links));
    return sorted();
  }

  /** Somebody leaves, and returns after an hour, of which it knows nothing, with another disk. */
  List<Op.Timed> returns() {
    var node = draws.below(nodes);
    at(Seconds.of(draws.real(30, 120)), new Op.Leave(node));
    var back = chaos - Seconds.of(draws.real(1, 300));
    at(back, new Op.Step(node, -Seconds.of(draws.real(1.5 * HOUR, 9 * HOUR)), true));
    at(back, new Op.Wipe(node));
    return sorted();
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
