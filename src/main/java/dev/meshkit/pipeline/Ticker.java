package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Ticks at k periods from its start, without drift; the first after one period. A late reader gets
 * one tick that counts those it missed. Thread-safe.
 *
 * <ul>
 *   <li><b>Who waits</b>: the reader, until a tick is due.
 *   <li><b>At the bound</b>: one tick at most waits: a late reader gets one that counts the others.
 *   <li><b>Cancelled</b>: an interrupted reader took no tick; {@link #stop} ends the ticks for
 *       good.
 *   <li><b>Lost</b>: no period: those missed are counted in the next tick.
 * </ul>
 */
public final class Ticker extends Port<Ticker.Tick> {
  private final Duration period;
  private volatile Instant next; // written holding the gate
  private volatile boolean stopped; // likewise

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
    this.next = Timing.after(gate.now(), period);
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
    } finally {
      gate.unlock();
    }
    gate.signal();
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
  @Nullable Result<Tick> poll(Instant now) {
    gate.lock();
    try {
      if (!isReady(now)) return null;
      var missed = Duration.between(next, now).dividedBy(period);
      next = next.plus(period.multipliedBy(missed + 1));
      return Result.ok(new Tick(missed));
    } finally {
      gate.unlock();
    }
  }
}
