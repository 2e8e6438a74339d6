package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Writes the whole schedule of faults before the run, from the {@code fault} concern alone, so that
 * it can be printed, edited and replayed (V12).
 */
final class Nemesis {
  private static final List<String> SHAPES =
      List.of(
          "bisect",
          "isolate",
          "send-only",
          "receive-only",
          "chain",
          "star",
          "ring-cut",
          "triangle",
          "region",
          "random-one-way");

  private static final long GOODBYE = 3_000_000_000L;

  private final Draws draws;
  private final Plan plan;
  private final List<Op.Timed> ops = new ArrayList<>();
  private Op.Weather fair = new Op.Weather(0, 0, 1);

  private Nemesis(Plan plan, Draws draws) {
    this.plan = plan;
    this.draws = draws;
  }

  /**
   * What may go wrong, and how often.
   *
   * @param nodes how many there are
   * @param chaos how long it lasts, nanoseconds
   * @param beat mean time between faults
   * @param mix how often each kind of fault
   * @param loss the greatest loss rate in fair weather
   */
  record Plan(int nodes, long chaos, long beat, Mix mix, double loss) {}

  /**
   * The weights of the kinds of fault.
   *
   * @param crash of crashes
   * @param cut of partitions
   * @param pause of pauses and disk stalls
   * @param leave of graceful leaves
   * @param storm of storms: most frames lost, or all late
   * @param blink of restarts inside the promises to a leader that is cut off
   * @param gust of leaders that are cut off while the last answers to them are late
   */
  record Mix(int crash, int cut, int pause, int leave, int storm, int blink, int gust) {
    int sum() {
      return crash + cut + pause + leave + storm + blink + gust;
    }
  }

  /** The schedule: chaos by the plan, then everything heals at its end. */
  static List<Op.Timed> schedule(Plan plan, Draws draws) {
    var nemesis = new Nemesis(plan, draws);
    nemesis.weather();
    for (var at = nemesis.gap(); at < plan.chaos(); at += nemesis.gap()) nemesis.fault(at);
    nemesis.settle();
    nemesis.ops.removeIf(op -> op.at() > plan.chaos());
    nemesis.ops.sort(Comparator.comparingLong(Op.Timed::at));
    return nemesis.ops;
  }

  private long gap() {
    return draws.between(plan.beat() / 4, plan.beat() * 7 / 4);
  }

  private void at(long when, Op op) {
    ops.add(new Op.Timed(when, op));
  }

  private void weather() {
    fair = new Op.Weather(draws.unit() * plan.loss(), draws.unit() * 0.05, draws.real(1, 3));
    at(0, fair);
  }

  private void storm(long when, long until) {
    var late = draws.chance(0.5);
    at(
        when,
        new Op.Weather(late ? 0.02 : draws.real(0.3, 0.7), 0.1, late ? draws.real(10, 100) : 1));
    at(until, fair);
  }

  /**
   * All is late, then the leader is cut off on its way out. It still hears the last answers, on a
   * clock of its own, and who succeeds it is quick again.
   */
  private void gust(long when, long until) {
    var late = new Op.Weather(0.02, 0.1, draws.real(50, 300));
    at(Math.max(0, when - plan.beat() / 4), late);
    at(when, fair);
    at(when, new Op.Skew(Op.LEADER, until - when));
    at(when, new Op.Isolate(Op.LEADER, true, false));
    at(until, new Op.Heal());
  }

  /** The leader is cut off, the others forget what they promised it, if forgetting is possible. */
  private void blink(long when, long until) {
    if (draws.chance(0.5)) at(when, new Op.Pause(Op.LEADER, until - when));
    else at(when, new Op.Isolate(Op.LEADER, true, true));
    var dead = when + draws.between(1_000_000, 50_000_000);
    at(dead, new Op.Crash(Op.OTHERS, Op.Moment.NOW, draws.unit()));
    for (var node = 0; node < plan.nodes(); node++)
      at(dead + draws.between(1_000_000, 50_000_000), new Op.Restart(node));
    at(until, new Op.Heal());
  }

  private void settle() {
    at(plan.chaos(), new Op.Heal());
    at(plan.chaos(), new Op.Weather(0.01, 0.005, 1));
    for (var node = 0; node < plan.nodes(); node++) at(plan.chaos(), new Op.Restart(node));
  }

  private void fault(long when) {
    var until = Math.min(plan.chaos(), when + draws.between(plan.beat() / 10, plan.beat() * 2));
    var mix = plan.mix();
    var pick = draws.below(mix.sum());
    if ((pick -= mix.crash()) < 0) crash(when, until);
    else if ((pick -= mix.cut()) < 0) partition(when, until);
    else if ((pick -= mix.pause()) < 0) stand(when, until);
    else if ((pick -= mix.leave()) < 0) leave(when, until);
    else if ((pick -= mix.storm()) < 0) storm(when, until);
    else if (pick - mix.blink() < 0) blink(when, until);
    else gust(when, until);
  }

  private void crash(long when, long until) {
    if (draws.chance(0.1)) { // all at once: a power cut
      for (var node = 0; node < plan.nodes(); node++) kill(node, when, until);
      return;
    }
    if (draws.chance(0.3)) { // whoever leads; nobody knows yet who that will be
      at(when, new Op.Crash(Op.LEADER, moment(), draws.unit()));
      for (var node = 0; node < plan.nodes(); node++) at(until, new Op.Restart(node));
      return;
    }
    kill(draws.below(plan.nodes()), when, until);
  }

  private void kill(int node, long when, long until) {
    at(when, new Op.Crash(node, moment(), draws.unit()));
    at(until, new Op.Restart(node));
  }

  private Op.Moment moment() {
    return draws.oneOf(List.of(Op.Moment.values()));
  }

  private void leave(long when, long until) {
    if (when + GOODBYE > plan.chaos()) return; // or it would end within the calm, for good
    var node = draws.below(plan.nodes());
    at(when, new Op.Leave(node));
    at(until, new Op.Restart(node));
  }

  private void stand(long when, long until) {
    var node = draws.chance(0.4) ? Op.LEADER : draws.below(plan.nodes());
    at(
        when,
        draws.chance(0.5) ? new Op.Pause(node, until - when) : new Op.Stall(node, until - when));
  }

  private void partition(long when, long until) {
    if (draws.chance(0.3)) {
      if (draws.chance(0.5)) at(when, new Op.Skew(Op.LEADER, until - when));
      var send = draws.chance(0.7);
      at(when, new Op.Isolate(Op.LEADER, send, !send || draws.chance(0.5)));
    } else {
      var shape = draws.oneOf(SHAPES);
      at(when, new Op.Cut(shape, new Shapes(plan.nodes(), draws).links(shape)));
    }
    at(until, new Op.Heal());
  }
}
