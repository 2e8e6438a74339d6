package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What to do with each port of a {@link Select}, 64 at most. Used by one thread.
 *
 * <p>Among ready ports the least priority number goes first (timers and tickers 0, inlets 1),
 * within one priority round robin from the one after the last served; whatever is ready is served
 * within 64 choices. Only the chosen port gives up an element.
 *
 * <ul>
 *   <li><b>Who waits</b>: the reader, at most as long as it says.
 *   <li><b>At the bound</b>: the 65th port is refused with an {@link IllegalStateException}.
 *   <li><b>Cancelled</b>: interrupted before or while it waits, nothing was taken; interrupted in a
 *       handler, that one element is the handler's.
 *   <li><b>Lost</b>: what a handler throws away; an element whose handler threw is not offered
 *       again.
 * </ul>
 *
 * @param <R> what handlers yield
 */
public final class Cases<R> {
  private final Gate gate;
  private final Turns turns;
  private Case<?>[] cases;
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

    /** Takes the element and handles it. Null: it was taken away since one looked. */
    @Nullable Chosen<R> handle(Instant now) throws InterruptedException {
      var element = port.poll(now);
      if (element == null) return null;
      if (element instanceof Result.Ok<T> ok) return new Chosen.Handled<>(on.handle(ok.value()));
      return new Chosen.Handled<>(element.cast());
    }
  }

  Cases(Gate gate, Turns turns) {
    this.gate = gate;
    this.turns = turns;
    this.cases = none();
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a class with a type cannot be made
  private Case<?>[] none() {
    return (Case<?>[]) new Cases.Case[0];
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
    cases = Arrays.copyOf(cases, cases.length + 1);
    cases[cases.length - 1] = new Case<>(port, handler);
    return this;
  }

  /**
   * Takes and handles at most one element; blocks at most {@code wait}, ZERO for not at all.
   * Interrupted while it waits, nothing was taken.
   */
  public Chosen<R> next(Duration wait) throws InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    var chosen = handle(timed ? gate.now() : Instant.EPOCH); // inlets alone need no clock
    return chosen == null ? await(wait) : chosen;
  }

  private Chosen<R> await(Duration wait) throws InterruptedException {
    var until = Timing.after(gate.now(), wait);
    while (true) {
      var over = awaitReady(until);
      var chosen = over == null ? handle(gate.now()) : over;
      if (chosen != null) return chosen;
    }
  }

  /** Waits until something is ready: null then, else what it is instead. */
  private @Nullable Chosen<R> awaitReady(Instant until) throws InterruptedException {
    gate.lockInterruptibly();
    try {
      while (true) {
        gate.attend();
        var drained = isDrained(); // before it looks: what was written before the end is not missed
        var now = gate.now();
        if (ready(now) != 0) return null;
        if (drained) return new Chosen.Drained<>();
        if (!now.isBefore(until)) return new Chosen.Idle<>();
        gate.awaitUntil(firstDue(until));
      }
    } finally {
      gate.unlock();
    }
  }

  /** Handles what is next in turn; null if nothing is ready. Outside the lock. */
  private @Nullable Chosen<R> handle(Instant now) throws InterruptedException {
    while (true) {
      var place = turns.next(ready(now));
      if (place < 0) return null;
      var chosen = cases[place].handle(now);
      if (chosen != null) return chosen;
    }
  }

  private long ready(Instant now) {
    var ready = 0L;
    for (var i = 0; i < cases.length; i++) if (cases[i].port.isReady(now)) ready |= 1L << i;
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
