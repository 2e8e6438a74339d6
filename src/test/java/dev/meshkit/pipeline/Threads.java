package dev.meshkit.pipeline;

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * What the JVM tells of its virtual threads, without a thread dump: on JDK 25.0.3 one that meets a
 * thread about to be mounted crashes the JVM.
 */
final class Threads {
  private static final VirtualThreadSchedulerMXBean SCHEDULER =
      ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);

  /** What may leave threads. */
  @FunctionalInterface
  interface Act {
    /** Does it. */
    void run() throws Exception;
  }

  private Threads() {}

  /** The ids of the virtual threads that began during an act and had not ended with it. */
  static Collection<Long> leftBy(Act act) throws Exception {
    Set<Long> begun = ConcurrentHashMap.newKeySet();
    Set<Long> ended = ConcurrentHashMap.newKeySet();
    var broken = new ConcurrentLinkedQueue<Throwable>();
    try (var stream = new RecordingStream()) {
      stream.enable("jdk.VirtualThreadStart").withoutStackTrace();
      stream.enable("jdk.VirtualThreadEnd").withoutStackTrace();
      stream.enable("jdk.DataLoss");
      stream.onEvent("jdk.VirtualThreadStart", one -> begun.add(id(one)));
      stream.onEvent("jdk.VirtualThreadEnd", one -> ended.add(id(one)));
      stream.onEvent("jdk.DataLoss", one -> broken.add(new IllegalStateException("" + one)));
      stream.onError(broken::add);
      stream.startAsync();
      act.run();
      stream.stop();
    }
    if (!broken.isEmpty()) throw new IllegalStateException("not all was seen", broken.remove());
    begun.removeAll(ended);
    return begun;
  }

  private static long id(RecordedEvent one) {
    return one.getLong("javaThreadId");
  }

  /** Whether none of them runs or is about to: nothing happens until somebody wakes one. */
  static boolean areQuiet() {
    return SCHEDULER.getQueuedVirtualThreadCount() == 0
        && SCHEDULER.getMountedVirtualThreadCount() == 0;
  }
}
