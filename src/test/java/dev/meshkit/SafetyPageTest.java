package dev.meshkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/safety.md says what runs: its targets, tests and planted bugs exist by these names. */
class SafetyPageTest {
  private static final Path SIM = Path.of("src/test/java/dev/meshkit/sim");

  /** Each {@code make …} it names is a target. */
  @Test
  void everyCommandIsATarget() throws Exception {
    var makefile = Files.readString(Path.of("Makefile"));
    var targets = all("`make ([a-z-]+)", page());
    assertTrue(targets.containsAll(List.of("sim", "mutants", "explore")), targets::toString);
    for (var target : targets) assertTrue(makefile.contains("\n" + target + ":"), target);
  }

  /** Each invariant it promises has an oracle that bears its name, and all of them are promised. */
  @Test
  void everyPromiseHasAnOracle() throws Exception {
    var oracles = new StringBuilder();
    try (var files = Files.list(SIM)) {
      for (var file : files.toList()) oracles.append(Files.readString(file));
    }
    var rows = page().replaceAll("(?s).*\\| promised \\||\n\n\\*\\*Authority is necessary.*", "");
    var promised = all("\\b([SLE]\\d+)\\b(?=[^()|]*\\)[^|]*\\|)", rows);
    for (var promise : promised)
      assertTrue(oracles.toString().contains("\"" + promise + "\""), promise);
    for (var n = 1; n <= 14; n++) assertTrue(promised.contains("S" + n), "S" + n);
  }

  /** The bugs it says are found are those that a test holds the exploration to. */
  @Test
  void thePlantedBugsAreThoseOfTheTest() throws Exception {
    var found = page().replaceAll("(?s).*are enough for: |`ExploreTest` holds.*", "");
    var tested = all("FOUND.put\\(\"([^\"]+)\"", Files.readString(SIM.resolve("ExploreTest.java")));
    var told = all("\\*([^*]+)\\*", found).stream().map(name -> name.replace('\n', ' ')).toList();
    assertEquals(tested.stream().sorted().toList(), told.stream().sorted().toList());
  }

  /** The states it counts add up. */
  @Test
  void theCountsAddUp() throws Exception {
    for (var column : List.of(1, 3)) {
      var counts = new ArrayList<Long>();
      for (var line : page().lines().filter(l -> l.matches("\\| (\\d voter.*|all) \\|.*")).toList())
        counts.add(Long.parseLong(line.split("\\|")[column + 1].strip().replace(",", "")));
      assertEquals(7, counts.size());
      var sum = counts.removeLast();
      assertEquals(sum, counts.stream().mapToLong(Long::longValue).sum());
    }
  }

  private static String page() throws Exception {
    return Files.readString(Path.of("docs/safety.md"));
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .distinct()
        .toList();
  }
}
