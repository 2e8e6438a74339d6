package dev.meshkit.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What this process has spent so far.
 *
 * @param cpuNanos of processor time
 * @param heapBytes allocated by platform threads, carriers of virtual ones included
 * @param machineNanos of processor time, this process and all others; 0 where the system does not
 *     say
 */
record RpcCosts(long cpuNanos, long heapBytes, long machineNanos) {
  private static final Path MACHINE = Path.of("/proc/stat");
  private static final Pattern BLANKS = Pattern.compile(" +");
  private static final long TICK_NANOS = 10_000_000; // USER_HZ

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  static RpcCosts now() {
    return new RpcCosts(
        SYSTEM.getProcessCpuTime(), THREADS.getTotalThreadAllocatedBytes(), machine());
  }

  /** User, nice and system time; what others take of a virtual machine, too. */
  private static long machine() {
    if (!Files.isReadable(MACHINE)) return 0;
    try (var lines = Files.lines(MACHINE)) {
      var fields = BLANKS.split(lines.findFirst().orElseThrow());
      var ticks = 0L;
      for (var at : new int[] {1, 2, 3, 8}) ticks += Long.parseLong(fields[at]);
      return ticks * TICK_NANOS;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  RpcCosts since(RpcCosts then) {
    return new RpcCosts(
        cpuNanos - then.cpuNanos, heapBytes - then.heapBytes, machineNanos - then.machineNanos);
  }

  /** How many processors others kept busy during so many nanoseconds of these costs. */
  double others(long nanos) {
    return Math.max(0, (double) (machineNanos - cpuNanos) / nanos);
  }
}
