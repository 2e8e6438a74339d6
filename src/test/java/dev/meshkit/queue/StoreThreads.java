package dev.meshkit.queue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often the threads that own a store's files have run, as the kernel counts: one that waits and
 * is not woken has run no statement, and synced nothing. Linux alone tells.
 */
public final class StoreThreads {
  private static final Path THREADS = Path.of("/proc/self/task");

  private StoreThreads() {}

  /** How often each has given up its processor, by thread. */
  public static Map<String, Long> runs() throws IOException {
    return runs(false);
  }

  /** The same, of those that sleep. */
  public static Map<String, Long> sleeping() throws IOException {
    return runs(true);
  }

  private static Map<String, Long> runs(boolean ifAsleep) throws IOException {
    var runs = new TreeMap<String, Long>();
    try (var threads = Files.list(THREADS)) {
      for (var thread : threads.toList()) {
        var status = status(thread);
        if (status.isEmpty() || !status.getFirst().contains("store-mesh")) continue;
        if (ifAsleep && status.stream().noneMatch(line -> line.matches("State:\\s+S.*"))) continue;
        var switches =
            status.stream()
                .filter(line -> line.contains("voluntary_ctxt_switches"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
        runs.put(thread.getFileName().toString(), switches);
      }
    }
    return runs;
  }

  /** Empty of a thread that has ended meanwhile. */
  private static List<String> status(Path thread) throws IOException {
    try {
      return Files.readAllLines(thread.resolve("status"));
    } catch (NoSuchFileException ended) {
      return List.of();
    } catch (IOException ended) { // the kernel's words for a file it had opened
      if (Files.exists(thread)) throw ended;
      return List.of();
    }
  }
}
