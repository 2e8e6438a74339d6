package dev.meshkit.sim;

import java.util.List;
import java.util.SortedMap;

/** The processes of another, on clocks that all run at the rate of time. */
final class Steady implements SimNode.Boot {
  private static final long EVER = Long.MAX_VALUE / 4;

  private final SimNode.Boot other;
  private List<Simulation> began = List.of(); // one, from the first process on

  Steady(SimNode.Boot other) {
    this.other = other;
  }

  /** Virtual nanoseconds since the run began. */
  long now() {
    return began.isEmpty() ? 0 : began.getFirst().now();
  }

  @Override
  public SortedMap<String, Host> hosts(SimNode node) {
    began = List.of(node.world());
    node.run(0, EVER);
    return other.hosts(node);
  }

  @Override
  public long takeoverBound() {
    return other.takeoverBound();
  }
}
