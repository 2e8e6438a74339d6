package dev.meshkit.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process has spent so far.
 *
 * @param cpuNanos of processor time
 * @param heapBytes allocated by platform threads, carriers of virtual ones included
 */
record RpcCosts(long cpuNanos, long heapBytes) {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  static RpcCosts now() {
    return new RpcCosts(SYSTEM.getProcessCpuTime(), THREADS.getTotalThreadAllocatedBytes());
  }

  RpcCosts since(RpcCosts then) {
    return new RpcCosts(cpuNanos - then.cpuNanos, heapBytes - then.heapBytes);
  }
}
