package dev.meshkit.runtime;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The two clocks of a node. They share a type, so name every parameter {@code wall} or {@code
 * monotonic}.
 *
 * @param wall what calendars show; may jump; for stored timestamps only
 * @param monotonic only grows; begins near {@link Instant#EPOCH}; for timeouts only, never stored
 */
public record Clocks(InstantSource wall, InstantSource monotonic) {
  /** Asked of the platform by whoever wants its clocks, and by nobody who brings their own. */
  private static final class Platform {
    static final Optional<LongSupplier> BOOT_TIME = BootTime.nanos();
  }

  /**
   * This machine's clocks. The monotonic one goes on while the machine is suspended where the
   * platform has such a clock (Linux); else it is {@link System#nanoTime}.
   */
  public static Clocks system() {
    var nanos = Platform.BOOT_TIME.orElse(System::nanoTime);
    var start = nanos.getAsLong();
    return new Clocks(
        InstantSource.system(), () -> Instant.EPOCH.plusNanos(nanos.getAsLong() - start));
  }

  /** Whether {@link #system}'s monotonic clock goes on while the machine is suspended. */
  public static boolean suspendCounts() {
    return Platform.BOOT_TIME.isPresent();
  }
}
