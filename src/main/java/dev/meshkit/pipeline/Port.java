package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.time.Instant;

/**
 * Something a {@link Select} can wait for: elements, or a moment. All of a select share its lock.
 *
 * @param <T> what it yields
 */
public abstract sealed class Port<T> permits Inlet, Ticker, Timer {
  final Gate gate;
  final String name;

  Port(Gate gate, String name) {
    this.gate = gate;
    this.name = name;
  }

  /** The name it was given, for thread dumps and messages. */
  public final String name() {
    return name;
  }

  /** Whether {@link #poll} has something now. Holding the lock. */
  abstract boolean isReady(Instant now);

  /** Whether it will never have anything again. Holding the lock. */
  abstract boolean isDone();

  /** When it will be ready by itself; {@link Instant#MAX} if never. Holding the lock. */
  abstract Instant due();

  /** Takes what is ready. Holding the lock, and only when ready. */
  abstract Result<T> poll(Instant now);
}
