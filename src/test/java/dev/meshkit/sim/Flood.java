package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import java.time.Instant;
import java.util.Optional;

/** A core that asks to be woken every microsecond: a bug that a run must not take part in. */
final class Flood implements Host {
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

  @Override
  public void start() {}

  @Override
  public void receive(int from, Object frame) {}

  @Override
  public void durable() {}

  @Override
  public void timer(Object what) {}

  @Override
  public void crash(double keep) {}

  @Override
  public void leave() {}

  @Override
  public void order(Op.Order order) {}

  @Override
  public void intrude(long ahead) {}

  @Override
  public void report(Census census) {}

  @Override
  public void stall(long until) {}

  @Override
  public Optional<Fence> authority() {
    return Optional.empty();
  }
}
