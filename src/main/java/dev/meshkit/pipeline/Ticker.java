package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Ticks at k periods from its start, without drift; the first after one period. A late reader gets
 * one tick that counts those it missed. Thread-safe.
 */
public final class Ticker extends Port<Ticker.Tick> {
  private final Duration period;
  private Instant next; // guarded by gate
  private boolean stopped; // guarded by gate

  /**
   * One tick.
   *
   * @param missed how many earlier ones this one stands for as well
   */
  public record Tick(long missed) {}

  Ticker(Gate gate, String name, Duration period) {
    super(gate, name);
    if (!period.isPositive()) throw new IllegalArgumentException("period must be > 0: " + period);
    this.period = period;
    this.next = gate.now().plus(period);
  }

  /** A flow of ticks every {@code period} from now on; closing it stops them. */
  public static Source<Tick> every(Duration period) {
    return every(period, Timing.system().monotonic());
  }

  /** The same by a given clock. */
  public static Source<Tick> every(Duration period, InstantSource monotonic) {
    var ticker = new Ticker(new Gate(monotonic), "ticker", period);
    return new PortSource<>(ticker, ticker::stop);
  }

  /** Ends it. Idempotent. */
  public void stop() {
    gate.lock();
    try {
      stopped = true;
      gate.signal();
    } finally {
      gate.unlock();
    }
  }

  @Override
  boolean isReady(Instant now) {
    return !stopped && !now.isBefore(next);
  }

  @Override
  boolean isDone() {
    return stopped;
  }

  @Override
  Instant due() {
    return stopped ? Instant.MAX : next;
  }

  @Override
  Result<Tick> poll(Instant now) {
    var missed = Duration.between(next, now).dividedBy(period);
    next = next.plus(period.multipliedBy(missed + 1));
    return Result.ok(new Tick(missed));
  }
}
