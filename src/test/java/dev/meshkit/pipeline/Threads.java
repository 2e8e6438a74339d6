package dev.meshkit.pipeline;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** The virtual threads there are, as a thread dump tells them. */
final class Threads {
  private static final Pattern VIRTUAL =
      Pattern.compile("(?m)^#(\\d+) \"(.*)\" virtual (\\w+) \\S+\n((?:    .*\n)*)");

  /**
   * One of them.
   *
   * @param id never given twice
   * @param name as it was named
   * @param state as {@link Thread.State} names it
   * @param stack where it is, a frame a line
   */
  record Seen(long id, String name, String state, String stack) {}

  private Threads() {}

  /** All that are alive. */
  static List<Seen> virtual() {
    return VIRTUAL
        .matcher(dump())
        .results()
        .map(
            one -> new Seen(Long.parseLong(one.group(1)), one.group(2), one.group(3), one.group(4)))
        .toList();
  }

  /** Their ids. */
  static Set<Long> ids() {
    return virtual().stream().map(Seen::id).collect(Collectors.toUnmodifiableSet());
  }

  /** Those that were not there before and do not end; a thread that is about to is waited for. */
  static List<Seen> leftSince(Set<Long> before) {
    try {
      Awaitility.await().until(() -> since(before).isEmpty());
    } catch (org.awaitility.core.ConditionTimeoutException _) {
      return since(before);
    }
    return List.of();
  }

  /** Those that were not there before. */
  static List<Seen> since(Set<Long> before) {
    return virtual().stream().filter(one -> !before.contains(one.id())).toList();
  }

  private static String dump() {
    try {
      var directory = Files.createTempDirectory("threads");
      var file = directory.resolve("dump.txt");
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
      var text = Files.readString(file);
      Files.delete(file);
      Files.delete(directory);
      return text;
    } catch (IOException broken) {
      throw new IllegalStateException(broken);
    }
  }
}
