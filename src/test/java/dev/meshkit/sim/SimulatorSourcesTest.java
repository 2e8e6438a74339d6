package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** V3: no run can see a clock, a thread, other chance than its own, or the order of a hash. */
class SimulatorSourcesTest {
  private static final Path SIM = Path.of("src/test/java/dev/meshkit/sim");

  /** What starts runs, from outside, and the exploration, whose order is not the clock's. */
  private static final Set<String> OUTSIDE =
      Set.of(
          "Nightly.java",
          "Workers.java",
          "Elsewhere.java",
          "Stopwatch.java",
          "Explore.java",
          "Walk.java",
          "Visited.java",
          "Histories.java");

  private static final Pattern BANNED =
      Pattern.compile(
          "System *(\\.|::) *(nanoTime|currentTimeMillis|identityHashCode)|Instant\\.now|"
              + "Math\\.random|ThreadLocalRandom|new (Secure|Splittable)?Random\\b|randomUUID|"
              + "\\bThread\\b|Executor|parallel(Stream)?\\(|\\bHash(Map|Set)\\b|"
              + "IdentityHashMap|WeakHashMap|"
              + "\\bstatic (?!final|class|record|interface|enum)[^(=]*[=;]");

  /** Of every source but those. */
  @Test
  void runsAreBlindToTheWorld() throws Exception {
    var seen = new ArrayList<String>();
    try (var files = Files.list(SIM)) {
      for (var file : files.sorted().toList()) {
        var name = String.valueOf(file.getFileName());
        if (name.endsWith("Test.java") || OUTSIDE.contains(name)) continue;
        for (var line : banned(Files.readString(file))) seen.add(name + ": " + line);
      }
    }
    assertEquals(List.of(), seen);
  }

  /** And each of the ways to look out is found. */
  @Test
  void whoLooksOutIsCaught() {
    for (var line :
        List.of(
            "var now = System.nanoTime();",
            "LongSupplier clock = System::currentTimeMillis;",
            "var now = Instant.now();",
            "var chance = new Random();",
            "var id = UUID.randomUUID();",
            "Thread.ofVirtual().start(this);",
            "var map = new HashMap<Object, Integer>();",
            "private final Set<String> seen = new HashSet<>();",
            "private static int runs = 0;"))
      assertEquals(List.of(line), banned("/** Comment of a Thread. */\n" + line));
    assertTrue(banned("private static final int MOST = 1;\nstatic long of(int x) {").isEmpty());
  }

  private static List<String> banned(String source) {
    return source
        .lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("*") && !line.startsWith("/*") && !line.startsWith("//"))
        .filter(line -> BANNED.matcher(line).find())
        .toList();
  }
}
