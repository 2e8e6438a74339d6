package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * V20: each planted bug that the design's table asks for is planted, and judged by nobody but the
 * oracles of its row; docs/safety.md names each that is not, and no other.
 */
class MutantRowsTest {
  private static final Path ROWS = Path.of("src/test/resources/dev/meshkit/sim/mutants.txt");
  private static final Pattern BUG = Pattern.compile("  (.*?)( †)?(?: -> (.*))?");

  /** {@code | *the bug* (row) | who judges it, or nobody | why |} in docs/safety.md. */
  private static final Pattern TOLD =
      Pattern.compile("^\\| \\*([^*]+)\\* \\(([^)]+)\\) \\| ([^|]+) \\| [^|]+ \\|$");

  /** A bug of the design's table. */
  private record Planned(List<String> row, String words, String name, boolean byContract) {
    Optional<Mutant> planted() {
      return Mutants.all().filter(mutant -> mutant.name().equals(name)).findFirst();
    }

    boolean isJudgedByItsRow(Mutant mutant) {
      if (byContract) return mutant.isOfStores();
      return !mutant.isOfStores() && row.containsAll(judges(mutant));
    }

    /** As the page has to say it. */
    String told(String by) {
      var limits = row.getFirst().equals("L1") ? "L1–L10" : String.join(", ", row);
      return words + " | " + (row.getFirst().equals("GL1") ? "targets" : limits) + " | " + by;
    }
  }

  private static List<String> judges(Mutant mutant) {
    return List.of(mutant.oracles().split(","));
  }

  private static List<Planned> planned() throws IOException {
    var all = new ArrayList<Planned>();
    var row = List.<String>of();
    for (var line : Files.readAllLines(ROWS)) {
      if (line.startsWith("#")) continue;
      var bug = BUG.matcher(line);
      if (!bug.matches()) row = List.of(line.split(" "));
      else {
        var name = bug.group(3) == null ? bug.group(1) : bug.group(3);
        all.add(new Planned(row, bug.group(1), name, bug.group(2) != null));
      }
    }
    return all;
  }

  private static Stream<String> departure(Planned bug) {
    var planted = bug.planted();
    if (planted.isEmpty()) return Stream.of(bug.told("nobody"));
    if (bug.isJudgedByItsRow(planted.get())) return Stream.of();
    return Stream.of(bug.told(String.join(", ", judges(planted.get()))));
  }

  @Test
  void thePageNamesEachBugThatIsNotJudgedByItsRow() throws IOException {
    var departures = planned().stream().flatMap(MutantRowsTest::departure);
    var told =
        Files.readAllLines(Path.of("docs/safety.md")).stream()
            .map(TOLD::matcher)
            .filter(row -> row.matches())
            .map(row -> row.group(1) + " | " + row.group(2) + " | " + row.group(3));
    assertEquals(new TreeSet<>(departures.toList()), new TreeSet<>(told.toList()));
  }

  /** What the table asks for is not lost by a name that was mistyped. */
  @Test
  void theTableIsWhole() throws IOException {
    var planned = planned();
    assertEquals(82, planned.size());
    // but for four of key-values, which no simulated core has
    assertEquals(78, planned.stream().filter(bug -> bug.planted().isPresent()).count());
    assertEquals(15, planned.stream().map(Planned::row).distinct().count());
  }
}
