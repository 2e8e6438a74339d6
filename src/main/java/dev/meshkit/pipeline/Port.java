package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something a {@link Select} can wait for: elements, or a moment. All of a select share the place
 * where its reader waits. Written by any thread, read by one.
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

  /** Whether {@link #poll} has something now; takes no lock. */
  abstract boolean isReady(Instant now);

  /** Whether it will never have anything again; takes no lock. */
  abstract boolean isDone();

  /** When it will be ready by itself; {@link Instant#MAX} if never. Takes no lock. */
  abstract Instant due();

  /** Takes what is ready; null if it was taken away since one looked. */
  abstract @Nullable Result<T> poll(Instant now);
}
