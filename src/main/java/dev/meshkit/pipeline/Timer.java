package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Fires once after {@link #reset}. It belongs to its select, not to one call, so a faster source
 * never makes it start over. A reset or cancel before delivery wins. Thread-safe.
 *
 * <ul>
 *   <li><b>Who waits</b>: the reader, until the moment has come; {@link #reset}, {@link #cancel}
 *       and {@link #stop} do not wait.
 *   <li><b>At the bound</b>: one moment at most: the last reset holds.
 *   <li><b>Cancelled</b>: an interrupted reader took nothing: it fires for the next call.
 *   <li><b>Lost</b>: a moment that is reset or cancelled before it was delivered, by intent.
 * </ul>
 */
public final class Timer extends Port<Unit> {
  private volatile Instant at = Instant.MAX; // written holding the gate
  private volatile boolean stopped; // likewise

  Timer(Gate gate, String name) {
    super(gate, name);
  }

  /** Fires {@code after} from now, whatever was set before. */
  public void reset(Duration after) {
    set(Timing.after(gate.now(), after));
  }

  /** Does not fire unless it is reset. */
  public void cancel() {
    set(Instant.MAX);
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

  private void set(Instant when) {
    gate.lock();
    try {
      at = when;
    } finally {
      gate.unlock();
    }
    gate.signal();
  }

  @Override
  boolean isReady(Instant now) {
    return !stopped && !now.isBefore(at);
  }

  @Override
  boolean isDone() {
    return stopped;
  }

  @Override
  Instant due() {
    return stopped ? Instant.MAX : at;
  }

  @Override
  @Nullable Result<Unit> poll(Instant now) {
    gate.lock();
    try {
      if (!isReady(now)) return null; // a reset or cancel came first
      at = Instant.MAX;
      return Result.ok();
    } finally {
      gate.unlock();
    }
  }
}
