package dev.meshkit.grpc;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What this process holds, after garbage was collected.
 *
 * @param heapBytes of live objects
 * @param directBytes of Netty's buffers, pooled ones included
 * @param residentBytes of the whole process, native memory included; 0 where nobody says
 */
record Memory(long heapBytes, long directBytes, long residentBytes) {
  private static final String TRIM = "systemTrimNativeHeap"; // on Linux
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  static Memory now() throws IOException {
    for (var i = 0; i < 3; i++) System.gc(); // finalizers free native memory, and are garbage next
    trim();
    var runtime = Runtime.getRuntime();
    return new Memory(
        runtime.totalMemory() - runtime.freeMemory(),
        PlatformDependent.usedDirectMemory(),
        resident());
  }

  /** Has malloc give back what it keeps of freed memory; a no-op where this JDK cannot. */
  private static void trim() {
    try {
      var server = ManagementFactory.getPlatformMBeanServer();
      var commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
      for (var operation : server.getMBeanInfo(commands).getOperations())
        if (operation.getName().equals(TRIM))
          server.invoke(commands, TRIM, new Object[0], new String[0]);
    } catch (JMException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** Whether the heap has all its pages, so that what is resident grows by native memory alone. */
  static boolean isHeapWhole() {
    var flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
    return flags.contains("-XX:+AlwaysPreTouch");
  }

  private static long resident() throws IOException {
    if (!Files.isReadable(STATUS)) return 0;
    var line = RSS.matcher(Files.readString(STATUS));
    return line.find() ? Long.parseLong(line.group(1)) << 10 : 0;
  }

  /** What came on top of {@code before}; negative where it is less. */
  Memory since(Memory before) {
    return new Memory(
        heapBytes - before.heapBytes,
        directBytes - before.directBytes,
        residentBytes - before.residentBytes);
  }

  @Override
  public String toString() {
    return "heap %.1f MiB, direct %.1f MiB, resident %.1f MiB"
        .formatted(mib(heapBytes), mib(directBytes), mib(residentBytes));
  }

  private static double mib(long bytes) {
    return bytes / 1048576.0;
  }
}
