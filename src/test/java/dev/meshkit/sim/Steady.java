package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.List;
import java.util.SortedMap;

/** The processes of another, on clocks that all run at the rate of time. */
final class Steady implements Cores {
  private static final long EVER = Long.MAX_VALUE / 4;

  private final Cores other;
  private List<Simulation> began = List.of(); // one, from the first process on

  Steady(Cores other) {
    this.other = other;
  }

  /** Virtual nanoseconds since the run began. */
  long now() {
    return began.isEmpty() ? 0 : began.getFirst().now();
  }

  /** Whether the host of that node is up, with a process or without. */
  boolean isHostUp(NodeId node) {
    var world = began.getFirst();
    return world.nodes().get(world.number(node)).hostUp();
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
