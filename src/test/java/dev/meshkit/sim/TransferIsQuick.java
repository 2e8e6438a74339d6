package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * L2, the hard limit of a run in which nothing fails; the distribution is judged over the campaign
 * (V19). A violation means that a scope whose leader handed over is without one far longer than it
 * may be. A commit that takes as long as one of ten thousands is nobody's fault: a hand-over may
 * take as much longer as such commits take within it.
 */
final class TransferIsQuick implements Oracle {
  /** In thousandths of what a hand-over may take. */
  static final String TIME = "transfer ‰";

  private static final int AT_MOST = 3;

  private final long bound;
  private final long limit;
  private final List<Long> measured = new ArrayList<>();
  private final List<Sight.SlowDisk> slows = new ArrayList<>();
  private final SortedMap<Scope, Sight.Handed> handed = new TreeMap<>();

  /** {@code bound}: what one may take at the 99th percentile, nanoseconds; three times at most. */
  TransferIsQuick(long bound) {
    this(bound, AT_MOST * bound);
  }

  /** With the most that any may take. */
  TransferIsQuick(long bound, long limit) {
    this.bound = bound;
    this.limit = limit;
  }

  @Override
  public String name() {
    return "L2";
  }

  @Override
  public void measure(Coverage run) {
    for (var permille : measured) run.measure(TIME, permille);
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Handed now -> {
        handed.put(now.fence().scope(), now);
        yield "";
      }
      case Sight.SlowDisk slow -> {
        slows.add(slow);
        yield "";
      }
      case Sight.Took(var fence, var at) -> took(fence, at);
      case Sight.Calm _ -> handed.isEmpty() ? "" : "nobody took " + handed;
      default -> "";
    };
  }

  private String took(Fence fence, long at) {
    var from = handed.remove(fence.scope());
    if (from == null) return "";
    measured.add((at - from.at()) * 1_000 / bound);
    return at - from.at() > limit + excused(from.at(), at)
        ? fence + " took over at " + Seconds.text(at) + " from " + from
        : "";
  }

  private long excused(long since, long until) {
    return slows.stream()
        .mapToLong(slow -> Math.min(slow.until(), until) - Math.max(slow.at(), since))
        .filter(within -> within > 0)
        .sum();
  }
}
