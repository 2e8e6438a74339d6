package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What to do with each port of a {@link Select}, 64 at most. Used by one thread.
 *
 * <p>Among ready ports the least priority number goes first (timers and tickers 0, inlets 1),
 * within one priority round robin from the one after the last served; with up to 32 ports whatever
 * is ready is served within 64 choices. Only the chosen port gives up an element.
 *
 * @param <R> what handlers yield
 */
public final class Cases<R> {
  private final Gate gate;
  private final Turns turns;
  private final List<Case<?>> cases = new ArrayList<>();
  private boolean timed;

  /** Handles one element. */
  @FunctionalInterface
  public interface On<T, R> {
    /** Runs on the thread that called {@link Cases#next}, outside the lock. */
    Result<R> handle(T element) throws InterruptedException;
  }

  private final class Case<T> {
    final Port<T> port;
    final On<? super T, R> on;

    Case(Port<T> port, On<? super T, R> on) {
      this.port = port;
      this.on = on;
    }

    /** Takes the element now, holding the lock; handling it comes later. */
    Taken<R> take(Instant now) {
      var element = port.poll(now);
      return () ->
          switch (element) {
            case Result.Ok<T>(var value) -> on.handle(value);
            case Result.Err<T>(MeshError error) -> Result.err(error);
          };
    }
  }

  private interface Taken<R> {
    Result<R> handle() throws InterruptedException;
  }

  Cases(Gate gate, Turns turns) {
    this.gate = gate;
    this.turns = turns;
  }

  /** Handles a port's elements, by the priority of its kind. */
  public <T> Cases<R> on(Port<T> port, On<? super T, R> handler) {
    return on(port, port instanceof Inlet ? 1 : 0, handler);
  }

  /** Handles a port's elements; a lower priority number goes first. */
  public <T> Cases<R> on(Port<T> port, int priority, On<? super T, R> handler) {
    if (port.gate != gate) throw new IllegalArgumentException(port.name() + " is another select's");
    turns.add(priority);
    timed |= !(port instanceof Inlet);
    cases.add(new Case<>(port, handler));
    return this;
  }

  /**
   * Takes and handles at most one element; blocks at most {@code wait}, ZERO for not at all.
   * Interrupted while it waits, nothing was taken.
   */
  public Chosen<R> next(Duration wait) throws InterruptedException {
    Taken<R> taken;
    gate.lockInterruptibly();
    try {
      var now = timed ? gate.now() : Instant.EPOCH; // inlets alone need no clock
      var until = Instant.MIN;
      while (true) {
        var chosen = turns.next(ready(now));
        if (chosen >= 0) {
          taken = cases.get(chosen).take(now);
          break;
        }
        if (isDrained()) return new Chosen.Drained<>();
        if (!wait.isPositive()) return new Chosen.Idle<>();
        if (!timed) now = gate.now();
        if (until.equals(Instant.MIN)) until = Timing.after(now, wait);
        if (!now.isBefore(until)) return new Chosen.Idle<>();
        gate.awaitUntil(firstDue(until));
        if (timed) now = gate.now();
      }
    } finally {
      gate.unlock();
    }
    return new Chosen.Handled<>(taken.handle());
  }

  private long ready(Instant now) {
    var ready = 0L;
    for (var i = 0; i < cases.size(); i++) {
      if (cases.get(i).port.isReady(now)) ready |= 1L << i;
    }
    return ready;
  }

  private boolean isDrained() {
    for (var one : cases) if (!one.port.isDone()) return false;
    return true;
  }

  private Instant firstDue(Instant until) {
    var first = until;
    for (var one : cases) if (one.port.due().isBefore(first)) first = one.port.due();
    return first;
  }
}
