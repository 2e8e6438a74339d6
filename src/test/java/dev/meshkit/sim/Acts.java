package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.Comparator;

/** What leaders do with their authority, written before the run like the faults. */
final class Acts {
  private static final int COUNT = 60;

  private Acts() {}

  /** The same run in which leaders act, most of them at once, some when they may lead no more. */
  static Setup in(Setup setup, Draws draws) {
    var ops = new ArrayList<>(setup.ops());
    var end = setup.chaos() + setup.calm();
    for (var act = 0; act < COUNT; act++) {
      var late = draws.chance(0.5) ? end / 10 : end / 1_000;
      ops.add(new Op.Timed(draws.between(1, end), new Op.Act(Op.LEADER, draws.between(0, late))));
    }
    ops.sort(Comparator.comparingLong(Op.Timed::at));
    return setup.with(ops);
  }
}
