package dev.meshkit.sim;

import java.time.Instant;

/** A core that asks to be woken every microsecond: a bug that must end the run. */
final class Flood implements InertHost {
  private static final long SOON = 1_000;

  private final SimNode node;
  private Instant due;

  Flood(SimNode node) {
    this.node = node;
    this.due = node.monotonic();
  }

  @Override
  public void wake() {
    due = node.monotonic().plusNanos(SOON);
  }

  @Override
  public Instant due() {
    return due;
  }
}
