package dev.meshkit.pipeline;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Several independent sources, one reader. Its ports are written by any thread; the select and its
 * cases are used by one. Each port has its own name and bound. Starts no thread and registers
 * nothing while it waits.
 *
 * <ul>
 *   <li><b>Who waits</b>: the reader in {@link Cases#next}, as long as it says; writers as their
 *       {@link Inlet} says.
 *   <li><b>At the bound</b>: each inlet has its own; 64 ports in one {@link Cases}.
 *   <li><b>Cancelled</b>: interrupted, {@link Cases#next} throws and nothing was taken; the ports
 *       stay as they are.
 *   <li><b>Lost</b>: nothing: only the port that is chosen gives up an element, and its handler
 *       gets it.
 * </ul>
 */
public final class Select {
  private final Gate gate;

  private Select(InstantSource monotonic) {
    this.gate = new Gate(monotonic);
  }

  /** A select by this machine's clock. */
  public static Select open() {
    return open(Timing.system().monotonic());
  }

  /** A select by a given clock. */
  public static Select open(InstantSource monotonic) {
    return new Select(monotonic);
  }

  /** A line of at most {@code capacity} elements. */
  public <T> Inlet<T> inlet(String name, int capacity) {
    return new Inlet<>(gate, name, capacity);
  }

  /** Ticks every {@code period} from now on. */
  public Ticker ticker(String name, Duration period) {
    return new Ticker(gate, name, period);
  }

  /** Fires once it is reset. */
  public Timer timer(String name) {
    return new Timer(gate, name);
  }

  /** What to do with each of them. */
  public <R> Cases<R> cases() {
    return new Cases<>(gate, Turns.byPriority());
  }
}
