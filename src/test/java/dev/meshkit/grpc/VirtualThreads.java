package dev.meshkit.grpc;

import com.google.gson.JsonParser;
import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** The threads of this process by name, virtual ones included, as a dump shows them. */
final class VirtualThreads {
  private VirtualThreads() {}

  /** The names of all threads whose name begins so. */
  static List<String> named(String prefix) throws IOException {
    var directory = Files.createTempDirectory("threads");
    var file = directory.resolve("dump.json");
    try {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(file.toString(), ThreadDumpFormat.JSON);
      return namesIn(Files.readString(file)).stream()
          .filter(name -> name.startsWith(prefix))
          .toList();
    } finally {
      Files.deleteIfExists(file);
      Files.delete(directory);
    }
  }

  /** Waits until no call has a thread, at either end; those that have one in the end. */
  static List<String> ofCalls() throws IOException {
    try {
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> named("grpc ").isEmpty());
      return List.of();
    } catch (ConditionTimeoutException stay) {
      return named("grpc ");
    }
  }

  private static List<String> namesIn(String dump) {
    var names = new ArrayList<String>();
    var root = JsonParser.parseString(dump).getAsJsonObject().getAsJsonObject("threadDump");
    for (var container : root.getAsJsonArray("threadContainers")) {
      for (var thread : container.getAsJsonObject().getAsJsonArray("threads")) {
        names.add(thread.getAsJsonObject().get("name").getAsString());
      }
    }
    return names;
  }
}
