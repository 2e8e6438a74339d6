package dev.meshkit.sim;

import dev.meshkit.sim.Sight.Fate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * L10, the hard limit of a run in which a leader is asked while it is well; the distribution is
 * judged over the campaign (V19). A violation means that a change that was committed took three
 * times as long as it may, though nobody had to be waited for.
 */
final class CommitInTime implements Oracle {
  /** In thousandths of what a commit may take. */
  static final String TIME = "commit ‰";

  private static final int AT_MOST = 3;
  private static final long WRITES = 2 * 25_000_000L; // W99, twice

  private final long bound;
  private final LongSupplier now;
  private final SortedMap<String, Long> asked = new TreeMap<>();
  private final List<Long> measured = new ArrayList<>();

  /**
   * By that virtual time.
   *
   * @param bound what it may take at the 99th percentile, nanoseconds
   */
  CommitInTime(long bound, LongSupplier now) {
    this.bound = bound;
    this.now = now;
  }

  /** H + 2·RTT + 2·W99, on clocks at their slowest, nanoseconds. */
  static long bound(ElectionRuns.Pace pace) {
    var beat = (long) (pace.profile().heartbeat().toNanos() / (1 - SimClock.RHO));
    return beat + 2 * pace.climate().maxRtt() + WRITES;
  }

  @Override
  public String name() {
    return "L10";
  }

  @Override
  public void measure(Coverage run) {
    for (var permille : measured) run.measure(TIME, permille);
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Asked(var node, var scope, var command, _) -> {
        asked.put(node + " " + scope + " " + command, now.getAsLong());
        yield "";
      }
      case Sight.Answered(var node, var scope, var command, var what, _) -> {
        var from = asked.remove(node + " " + scope + " " + command);
        yield from == null || what != Fate.APPLIED ? "" : took(command, now.getAsLong() - from);
      }
      default -> "";
    };
  }

  private String took(String command, long nanos) {
    measured.add(nanos * 1_000 / bound);
    return nanos > AT_MOST * bound
        ? command + " was committed after " + Seconds.text(nanos) + ", three times too late"
        : "";
  }
}
