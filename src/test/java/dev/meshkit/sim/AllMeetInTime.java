package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * M29, M41, the hard limit of a run; the distribution is judged over the campaign (V19). A
 * violation means that nodes that begin at once and know few others do not all find each other.
 */
final class AllMeetInTime implements Oracle {
  /** In thousandths of what it may take. */
  static final String TIME = "bootstrap ‰";

  private static final long BOUND = Seconds.of(20);

  private final LongSupplier now;
  private final SortedMap<NodeId, SortedSet<NodeId>> known = new TreeMap<>();
  private final List<Long> took = new ArrayList<>();
  private int pairs;

  /** By that virtual time, nanoseconds. */
  AllMeetInTime(LongSupplier now) {
    this.now = now;
  }

  @Override
  public String name() {
    return "M29";
  }

  @Override
  public void measure(Coverage run) {
    for (var permille : took) run.measure(TIME, permille);
  }

  @Override
  public String see(Sight sight) {
    switch (sight) {
      case Sight.Started(var node) -> known.put(node, new TreeSet<>());
      case Sight.Stopped(var node) -> known.remove(node);
      case Sight.Shown(var by, var of, var status, _) when !by.equals(of) -> shown(by, of, status);
      case Sight.Calm _ when took.isEmpty() -> {
        return pairs + " of " + known.size() * (known.size() - 1) + " know each other";
      }
      default -> {}
    }
    return "";
  }

  private void shown(NodeId by, NodeId of, Status status) {
    var whom = known.get(by);
    if (whom == null || !took.isEmpty() || !known.containsKey(of)) return;
    if (status == Status.ALIVE ? whom.add(of) : whom.remove(of))
      pairs += status == Status.ALIVE ? 1 : -1;
    if (pairs == known.size() * (known.size() - 1)) took.add(now.getAsLong() * 1_000 / BOUND);
  }
}
