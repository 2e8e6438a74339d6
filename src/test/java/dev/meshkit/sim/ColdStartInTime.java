package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * L5, the hard limit of a run; the distribution is judged over the campaign (V19). A violation
 * means that after a power cut, when a majority is up again, the scope stays without a leader three
 * times as long as it may: quiet periods are longer than promises, or those who waited are in each
 * other's way.
 */
final class ColdStartInTime implements Oracle {
  /** In thousandths of what a cold start may take. */
  static final String TIME = "cold start ‰";

  private static final int AT_MOST = 3;
  private static final long NEVER = Long.MAX_VALUE;

  private final int voters;
  private final long bound;
  private final LongSupplier now;
  private final SortedSet<NodeId> up = new TreeSet<>();
  private final List<Long> measured = new ArrayList<>();
  private boolean cold;
  private long from = NEVER;

  /**
   * @param voters how many there are
   * @param bound what it may take at the 99th percentile, nanoseconds
   * @param now virtual time
   */
  ColdStartInTime(int voters, long bound, LongSupplier now) {
    this.voters = voters;
    this.bound = bound;
    this.now = now;
  }

  @Override
  public String name() {
    return "L5";
  }

  @Override
  public void measure(Coverage run) {
    for (var permille : measured) run.measure(TIME, permille);
  }

  @Override
  public String see(Sight sight) {
    if (cold && from != NEVER && !late(now.getAsLong()).isEmpty()) return late(now.getAsLong());
    return switch (sight) {
      case Sight.Started(var node) -> started(node);
      case Sight.Stopped(var node) -> stopped(node);
      case Sight.Took(_, var at) -> took(at);
      default -> "";
    };
  }

  private String started(NodeId node) {
    up.add(node);
    if (cold && from == NEVER && up.size() > voters / 2) from = now.getAsLong();
    return "";
  }

  private String stopped(NodeId node) {
    up.remove(node);
    if (up.isEmpty()) {
      cold = true;
      from = NEVER;
    }
    return "";
  }

  private String took(long at) {
    if (!cold || from == NEVER) return "";
    cold = false;
    measured.add((at - from) * 1_000 / bound);
    return "";
  }

  private String late(long at) {
    return at - from > AT_MOST * bound
        ? "a majority is up, and nobody led within three times " + Seconds.text(bound)
        : "";
  }
}
