package dev.meshkit.runtime;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The two clocks of a node. They share a type, so name every parameter {@code wall} or {@code
 * monotonic}.
 *
 * @param wall what calendars show; may jump; for stored timestamps only
 * @param monotonic only grows; begins near {@link Instant#EPOCH}; for timeouts only, never stored
 */
public record Clocks(InstantSource wall, InstantSource monotonic) {
  /** This machine's clocks. */
  public static Clocks system() {
    var start = System.nanoTime();
    return new Clocks(
        InstantSource.system(), () -> Instant.EPOCH.plusNanos(System.nanoTime() - start));
  }
}
