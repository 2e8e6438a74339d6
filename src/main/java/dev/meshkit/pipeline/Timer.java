package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import java.time.Duration;
import java.time.Instant;

/**
 * Fires once after {@link #reset}. It belongs to its select, not to one call, so a faster source
 * never makes it start over. A reset or cancel before delivery wins. Thread-safe.
 */
public final class Timer extends Port<Unit> {
  private Instant at = Instant.MAX; // guarded by gate
  private boolean stopped; // guarded by gate

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
      gate.signal();
    } finally {
      gate.unlock();
    }
  }

  private void set(Instant when) {
    gate.lock();
    try {
      at = when;
      gate.signal();
    } finally {
      gate.unlock();
    }
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
  Result<Unit> poll(Instant now) {
    at = Instant.MAX;
    return Result.ok();
  }
}
