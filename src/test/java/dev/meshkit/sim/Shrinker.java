package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Makes a failed run smaller while the same oracle objects (V28): takes out faults by halves, then
 * by ever smaller parts, until no single one can go; then nodes, which never run; then what is left
 * of the phases; then it rounds times. Counter-based chance keeps all else in place.
 *
 * <p>What is judged in the calm at the end is judged of a mesh that is whole and was left alone for
 * long enough: such a run keeps its nodes and its calm, else the oracle would object to that.
 *
 * <p>Bounded by events, so that it ends the same on every machine that does so many in a minute;
 * each kind of step has a share of them. On a slower one it ends with what it has when time is up.
 */
final class Shrinker {
  private static final long MOST_EVENTS = 15_000_000;
  private static final List<Double> UNITS = List.of(1.0, 0.1, 0.01, 0.001); // seconds

  private final Function<Schedule, Outcome> run;
  private final BooleanSupplier enough;
  private final String oracle;
  private Outcome best;
  private long events;
  private long most;

  private Shrinker(Outcome failed, Function<Schedule, Outcome> run, BooleanSupplier enough) {
    this.run = run;
    this.enough = enough;
    this.oracle = failed.violations().getFirst().oracle();
    this.best = failed;
  }

  /** The smallest run found; {@code run} is the run with another schedule. */
  static Outcome shrink(Outcome failed, Function<Schedule, Outcome> run) {
    return shrink(failed, run, () -> false);
  }

  /** The same, but no run begins once somebody says that it is {@code enough}. */
  static Outcome shrink(Outcome failed, Function<Schedule, Outcome> run, BooleanSupplier enough) {
    return new Shrinker(failed, run, enough).shrink();
  }

  private Outcome shrink() {
    most = MOST_EVENTS / 10 * 7;
    faults();
    most = MOST_EVENTS / 10 * 9;
    nodes();
    most = MOST_EVENTS;
    phases();
    times();
    return best;
  }

  private void faults() {
    var failedAt = best.violations().getFirst().at();
    keep(best.ops().stream().filter(op -> op.at() <= failedAt).toList());
    for (var part = Math.max(1, best.ops().size() / 2); part > 1; part /= 2) sweep(part);
    single();
  }

  private void single() {
    for (var before = -1; before != best.ops().size(); ) {
      before = best.ops().size();
      sweep(1);
    }
  }

  /** From the end, because a late fault depends on early ones and not the other way round. */
  private void sweep(int part) {
    for (var from = best.ops().size() - part; from > -part; from -= part) {
      var start = Math.max(0, from);
      var end = Math.min(best.ops().size(), from + part);
      var less = new ArrayList<>(best.ops());
      less.subList(start, end).clear();
      keep(less);
    }
  }

  /** Without a node there may be faults that do nothing any more. */
  private void nodes() {
    if (isInCalm()) return;
    var before = best.schedule().sizes().absent().size();
    for (var node = best.schedule().sizes().nodes() - 1; node >= 0; node--)
      attempt(best.schedule().without(node));
    if (best.schedule().sizes().absent().size() > before) single();
  }

  /** Nothing need come after what is wrong; and the calm may begin with the last fault. */
  private void phases() {
    var sizes = best.schedule().sizes();
    if (!isInCalm()) attempt(best.schedule().lasting(best.violations().getFirst().at(), 0));
    else {
      var last = best.ops().isEmpty() ? 0 : best.ops().getLast().at();
      if (last < sizes.chaos()) attempt(best.schedule().lasting(last, sizes.calm()));
    }
  }

  /** All of them by as much as can be, then one by one. */
  private void times() {
    for (var unit : UNITS) keep(best.ops().stream().map(op -> rounded(op, unit)).toList());
    for (var i = 0; i < best.ops().size(); i++)
      for (var unit : UNITS) {
        var ops = new ArrayList<>(best.ops());
        ops.set(i, rounded(ops.get(i), unit));
        var earlier = i == 0 ? 0 : ops.get(i - 1).at();
        if (ops.get(i).at() >= earlier && keep(ops)) break;
      }
  }

  private static Op.Timed rounded(Op.Timed op, double unit) {
    return new Op.Timed(op.at() - op.at() % Seconds.of(unit), op.op());
  }

  private boolean isInCalm() {
    return best.violations().getFirst().at() >= best.schedule().sizes().end();
  }

  private boolean keep(List<Op.Timed> ops) {
    return attempt(best.schedule().with(ops));
  }

  /** Whether the run with that schedule is the smaller one of the same bug. */
  private boolean attempt(Schedule less) {
    if (events > most || less.equals(best.schedule()) || enough.getAsBoolean()) return false;
    var outcome = run.apply(less);
    events += outcome.events();
    var same = !outcome.passed() && outcome.violations().getFirst().oracle().equals(oracle);
    if (same) best = outcome;
    return same;
  }
}
