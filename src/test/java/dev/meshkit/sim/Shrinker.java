package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Takes faults out of a failed run while the same oracle objects: by halves, then by ever smaller
 * parts, until no single one can go. Counter-based chance keeps all else in place.
 *
 * <p>Bounded by events rather than by time, so that it ends the same on every machine; so many take
 * less than a minute.
 */
final class Shrinker {
  private static final long MOST_EVENTS = 15_000_000;

  private final Function<List<Op.Timed>, Outcome> run;
  private final String oracle;
  private Outcome best;
  private long events;

  private Shrinker(Outcome failed, Function<List<Op.Timed>, Outcome> run) {
    this.run = run;
    this.oracle = failed.violations().getFirst().oracle();
    this.best = failed;
  }

  /** The run with the fewest faults found; {@code run} is the run with other ones. */
  static Outcome shrink(Outcome failed, Function<List<Op.Timed>, Outcome> run) {
    return new Shrinker(failed, run).shrink();
  }

  private Outcome shrink() {
    var failedAt = best.violations().getFirst().at();
    attempt(best.ops().stream().filter(op -> op.at() <= failedAt).toList());
    for (var part = Math.max(1, best.ops().size() / 2); part > 1; part /= 2) sweep(part);
    for (var before = -1; before != best.ops().size(); ) {
      before = best.ops().size();
      sweep(1);
    }
    return best;
  }

  /** From the end, because a late fault depends on early ones and not the other way round. */
  private void sweep(int part) {
    for (var from = best.ops().size() - part; from > -part; from -= part) {
      var start = Math.max(0, from);
      var end = Math.min(best.ops().size(), from + part);
      var less = new ArrayList<>(best.ops());
      less.subList(start, end).clear();
      attempt(less);
    }
  }

  private void attempt(List<Op.Timed> ops) {
    if (events > MOST_EVENTS || ops.size() == best.ops().size()) return;
    var outcome = run.apply(ops);
    events += outcome.events();
    if (!outcome.passed() && outcome.violations().getFirst().oracle().equals(oracle))
      best = outcome;
  }
}
