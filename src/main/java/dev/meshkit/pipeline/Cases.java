package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What to do with each port of a {@link Select}. Used by one thread.
 *
 * <p>Among ready ports the least priority number goes first (timers and tickers 0, inlets 1), within
 * one priority round robin from the one after the last served; whatever has been passed over {@link
 * #PATIENCE} times goes next. Only the chosen port gives up an element.
 *
 * @param <R> what handlers yield
 */
public final class Cases<R> {
  /** How often a ready port may be passed over. */
  public static final int PATIENCE = 64;

  private final Gate gate;
  private final List<Case<?>> cases = new ArrayList<>();
  private int served = -1;

  /** Handles one element. */
  @FunctionalInterface
  public interface On<T, R> {
    /** Runs on the thread that called {@link Cases#next}, outside the lock. */
    Result<R> handle(T element) throws InterruptedException;
  }

  private final class Case<T> {
    final Port<T> port;
    final On<? super T, R> on;
    final int priority;
    int passedOver;

    Case(Port<T> port, On<? super T, R> on, int priority) {
      this.port = port;
      this.on = on;
      this.priority = priority;
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

  Cases(Gate gate) {
    this.gate = gate;
  }

  /** Handles a port's elements, by the priority of its kind. */
  public <T> Cases<R> on(Port<T> port, On<? super T, R> handler) {
    return on(port, port instanceof Inlet ? 1 : 0, handler);
  }

  /** Handles a port's elements; a lower priority number goes first. */
  public <T> Cases<R> on(Port<T> port, int priority, On<? super T, R> handler) {
    if (port.gate != gate) throw new IllegalArgumentException(port.name() + " is another select's");
    cases.add(new Case<>(port, handler, priority));
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
      var until = gate.now().plus(wait);
      while (true) {
        var now = gate.now();
        var chosen = choose(now);
        if (chosen >= 0) {
          taken = cases.get(chosen).take(now);
          break;
        }
        if (cases.stream().allMatch(one -> one.port.isDone())) return new Chosen.Drained<>();
        if (!now.isBefore(until)) return new Chosen.Idle<>();
        gate.awaitUntil(firstDue(until));
      }
    } finally {
      gate.unlock();
    }
    return new Chosen.Handled<>(taken.handle());
  }

  private Instant firstDue(Instant until) {
    var first = until;
    for (var one : cases) if (one.port.due().isBefore(first)) first = one.port.due();
    return first;
  }

  /** The place of the port to serve, −1 if none is ready. */
  private int choose(Instant now) {
    var best = -1;
    for (var i = 1; i <= cases.size(); i++) {
      var place = (served + i) % cases.size();
      if (cases.get(place).port.isReady(now) && (best < 0 || before(place, best))) best = place;
    }
    if (best < 0) return best;
    for (var one : cases) if (one.port.isReady(now)) one.passedOver++;
    cases.get(best).passedOver = 0;
    served = best;
    return best;
  }

  private boolean before(int place, int best) {
    var a = cases.get(place);
    var b = cases.get(best);
    var aWaited = a.passedOver >= PATIENCE;
    var bWaited = b.passedOver >= PATIENCE;
    return aWaited != bWaited ? aWaited : a.priority < b.priority;
  }
}
