package dev.meshkit.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.LongSupplier;

/**
 * Linux's {@code CLOCK_BOOTTIME}: monotonic, and goes on while the machine is suspended, which
 * {@link System#nanoTime} does not. A promise kept on a clock that stands still would outlive
 * itself.
 */
final class BootTime {
  private static final int CLOCK_BOOTTIME = 7;

  // static, because only a constant handle is compiled to a call that allocates nothing
  private static final MethodHandle CLOCK_GETTIME = clockGettime();

  // Where the kernel writes: a place of its own for whoever asks at the same time.
  private static final int PLACES = 64;
  private static final long LINE = 64; // bytes, so that no two share a line of the cache
  private static final MemorySegment TIMES = Arena.global().allocate(PLACES * LINE, LINE);
  private static final AtomicIntegerArray TAKEN = new AtomicIntegerArray(PLACES);

  private BootTime() {}

  /** The clock in nanoseconds; empty where there is none, or where native calls are denied. */
  static Optional<LongSupplier> nanos() {
    try {
      read();
      return Optional.of(BootTime::read);
    } catch (IllegalStateException _) {
      return Optional.empty(); // the caller falls back, and says that suspend does not count
    }
  }

  /** The call; where there is none, one that fails as the call does. */
  @SuppressWarnings(
      "restricted") // one libc call; where native access is denied, it is caught below
  private static MethodHandle clockGettime() {
    var fails =
        MethodHandles.dropArguments(
            MethodHandles.constant(int.class, -1), 0, int.class, long.class);
    if (!System.getProperty("os.name", "").equals("Linux")) return fails;
    try {
      var linker = Linker.nativeLinker();
      var symbol = linker.defaultLookup().find("clock_gettime");
      if (symbol.isEmpty()) return fails;
      // critical: the call never blocks (vDSO); an address as a number is no object
      return linker.downcallHandle(
          symbol.get(),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
          Linker.Option.critical(false));
    } catch (IllegalCallerException | IllegalStateException | UnsupportedOperationException _) {
      return fails;
    }
  }

  /** Waits for nobody: who finds its place taken tries the next, and there are many. */
  private static long read() {
    var place = (int) Thread.currentThread().threadId() & (PLACES - 1);
    while (!TAKEN.compareAndSet(place, 0, 1)) place = (place + 1) & (PLACES - 1);
    try {
      return read(place * LINE);
    } finally {
      TAKEN.set(place, 0);
    }
  }

  private static long read(long offset) {
    int failed;
    try {
      failed = (int) CLOCK_GETTIME.invokeExact(CLOCK_BOOTTIME, TIMES.address() + offset);
    } catch (Throwable impossible) {
      throw new IllegalStateException("clock_gettime threw", impossible);
    }
    if (failed != 0) throw new IllegalStateException("no CLOCK_BOOTTIME here");
    var seconds = TIMES.get(ValueLayout.JAVA_LONG, offset);
    return seconds * 1_000_000_000L + TIMES.get(ValueLayout.JAVA_LONG, offset + Long.BYTES);
  }
}
