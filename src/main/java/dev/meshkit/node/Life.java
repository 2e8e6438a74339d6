package dev.meshkit.node;

import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.observe.NodeStateEvent;
import dev.meshkit.runtime.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** Where a node is between its start and its stop. Thread-safe. */
final class Life {
  private final Clocks clocks;
  private final Instant startedWall;
  private final Instant startedMonotonic;
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile Duration readyAfter = Duration.ZERO;
  private volatile NodeStatus.State state = NodeStatus.State.STARTING;

  Life(Clocks clocks) {
    this.clocks = clocks;
    this.startedWall = clocks.wall().instant();
    this.startedMonotonic = clocks.monotonic().instant();
  }

  /** Moves on, for a reason that the flight recording keeps. */
  synchronized void enter(NodeStatus.State next, String cause) {
    if (state == NodeStatus.State.STOPPING) return; // there is no way back from there
    if (next == NodeStatus.State.READY) {
      readyAfter = Duration.between(startedMonotonic, clocks.monotonic().instant());
    }
    state = next;
    if (next == NodeStatus.State.READY) ready.countDown();
    NodeStateEvent.emit(next.name(), cause);
  }

  /** Blocks until the node is ready, which it may never be. */
  void awaitReady() throws InterruptedException {
    ready.await();
  }

  NodeStatus.State state() {
    return state;
  }

  Instant startedWall() {
    return startedWall;
  }

  /** How long it took to get ready; zero before. */
  Duration readyAfter() {
    return readyAfter;
  }

  /** How long the node has been open. */
  Duration uptime() {
    return Duration.between(startedMonotonic, clocks.monotonic().instant());
  }
}
