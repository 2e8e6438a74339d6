package dev.meshkit.runtime;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Linux's {@code CLOCK_BOOTTIME}: monotonic, and goes on while the machine is suspended, which
 * {@link System#nanoTime} does not. A promise kept on a clock that stands still would outlive
 * itself.
 */
final class BootTime {
  private static final int CLOCK_BOOTTIME = 7;

  private final MethodHandle clockGettime;

  private BootTime(MethodHandle clockGettime) {
    this.clockGettime = clockGettime;
  }

  /** The clock in nanoseconds; empty where there is none, or where native calls are denied. */
  @SuppressWarnings(
      "restricted") // one libc call; where native access is denied, it is caught below
  static Optional<LongSupplier> nanos() {
    if (!System.getProperty("os.name", "").equals("Linux")) return Optional.empty();
    try {
      var linker = Linker.nativeLinker();
      var symbol = linker.defaultLookup().find("clock_gettime");
      if (symbol.isEmpty()) return Optional.empty();
      // critical: takes the array where it lies, no copy; the call never blocks (vDSO)
      var handle =
          linker.downcallHandle(
              symbol.get(),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS),
              Linker.Option.critical(true));
      var clock = new BootTime(handle);
      clock.read();
      return Optional.of(clock::read);
    } catch (IllegalCallerException | IllegalStateException | UnsupportedOperationException _) {
      return Optional.empty(); // the caller falls back, and says that suspend does not count
    }
  }

  private long read() {
    var timespec = new long[2];
    int failed;
    try {
      failed = (int) clockGettime.invokeExact(CLOCK_BOOTTIME, MemorySegment.ofArray(timespec));
    } catch (Throwable impossible) {
      throw new IllegalStateException("clock_gettime threw", impossible);
    }
    if (failed != 0) throw new IllegalStateException("no CLOCK_BOOTTIME in this kernel");
    return timespec[0] * 1_000_000_000L + timespec[1];
  }
}
