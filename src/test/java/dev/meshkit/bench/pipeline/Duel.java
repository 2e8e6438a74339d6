package dev.meshkit.bench.pipeline;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;

/**
 * Runs the two sides of a contest in turns. Both are warmed up in turns, in one JVM, so that both
 * meet the same profiles; then each round measures both, and who goes first changes with the round.
 * Every sum is compared: a side that skipped its work, or had it compiled away, ends the run.
 */
final class Duel {
  /** How many rounds are measured; the design asks for five at least. */
  static final int ROUNDS = 41;

  private static final long WARM_UP_NANOS = 1_000_000_000L; // each side
  private static final long MEASURE_NANOS = 40_000_000L; // each side, each round
  private static final int MOST_TIMES = 1 << 28;
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /**
   * What one piece of work took.
   *
   * @param nanos from its beginning to its end
   * @param busyNanos of the processors, all threads of the JVM together
   */
  record Took(double nanos, double busyNanos) {}

  private Duel() {}

  /** What both sides took. */
  static Score of(Contest contest) throws Exception {
    var times = warmUp(contest);
    var ours = new ArrayList<Took>();
    var plain = new ArrayList<Took>();
    for (var round = 0; round < ROUNDS; round++) {
      if (round % 2 == 0) ours.add(measured(contest.ours(), times[0]));
      plain.add(measured(contest.plain(), times[1]));
      if (round % 2 != 0) ours.add(measured(contest.ours(), times[0]));
    }
    return new Score(contest, ours, plain);
  }

  /** The same few pieces of work on both sides: they must come to the same. */
  static void compare(Contest contest, int times) throws Exception {
    var ours = contest.ours().run(times);
    var plain = contest.plain().run(times);
    if (ours == plain) return;
    throw new IllegalStateException(
        contest.name() + ": " + times + " times come to " + ours + " here and " + plain + " there");
  }

  /** How often each side does its work in a measured round. */
  private static int[] warmUp(Contest contest) throws Exception {
    var times = new int[] {1, 1};
    var sides = new Side[] {contest.ours(), contest.plain()};
    var spent = new long[2];
    while (Math.min(spent[0], spent[1]) < WARM_UP_NANOS) {
      compare(contest, Math.min(times[0], times[1]));
      for (var i = 0; i < 2; i++) {
        var took = Math.max(1, measured(sides[i], times[i]).nanos() * times[i]);
        spent[i] += (long) took;
        var wanted = times[i] * (MEASURE_NANOS / took);
        times[i] = (int) Math.clamp(wanted, 1, Math.min(MOST_TIMES, times[i] * 8.0));
      }
    }
    return times;
  }

  private static Took measured(Side side, int times) throws Exception {
    System.gc(); // what the other side left is not this side's to clear
    var busy = PROCESS.getProcessCpuTime();
    var began = System.nanoTime();
    var sum = side.run(times);
    var took = System.nanoTime() - began;
    busy = Math.max(1, PROCESS.getProcessCpuTime() - busy); // its clock may stand for a round
    if (sum == Long.MIN_VALUE) throw new IllegalStateException("a sum that cannot be");
    return new Took((double) took / times, (double) busy / times);
  }
}
