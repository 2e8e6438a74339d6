package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** V23, E39: what {@code make explore} walks for long, walked for a moment. */
class ExploreTest {
  private static final int STATES = 30_000;
  private static final Walk.Limits SMALL = new Walk.Limits(2_000, 100_000, 2, 1, 1, 1);

  /** How many vote, where the walk begins, and the oracle that finds the planted bug. */
  private static final Map<String, String> FOUND = new TreeMap<>();

  static {
    FOUND.put("a candidate wins one vote short", "3 led S1");
    FOUND.put("a second vote in one term", "3 born S2");
    FOUND.put("answer before StorageDone", "3 led S4");
    FOUND.put("header from memory instead of disk", "3 led S4");
    FOUND.put("vote not kept across a crash", "3 led S4");
    FOUND.put("a lower term adopted", "3 led S3");
    FOUND.put("half is a quorum", "2 led S13");
    FOUND.put("no Lost after a Gained", "1 led S10");
    FOUND.put("Lost twice", "3 led S10");
  }

  /** V23: no state within small limits is wrong, and none is left out. */
  @Test
  void smallLimitsAreWalkedToTheirEnd() throws Exception {
    var said = new ByteArrayOutputStream();
    assertTrue(Explore.all(SMALL, new PrintStream(said, true, StandardCharsets.UTF_8)));
    var lines = said.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(8, lines.size(), lines::toString); // the limits, six walks, their sum
    assertTrue(lines.getLast().endsWith(" states, complete"), lines::getLast);
  }

  /** V23: a walk that was cut short says so and fails. */
  @Test
  void aCutWalkIsNotComplete() throws Exception {
    var said = new ByteArrayOutputStream();
    assertFalse(Explore.all(SMALL.upTo(100), new PrintStream(said, true, StandardCharsets.UTF_8)));
    assertTrue(said.toString(StandardCharsets.UTF_8).contains(" CUT; "), said::toString);
    assertTrue(said.toString(StandardCharsets.UTF_8).endsWith("NOT COMPLETE\n"), said::toString);
  }

  /** V23: two walks see the same states, so that their counts mean something. */
  @Test
  void aWalkIsRepeatable() throws Exception {
    assertEquals(Walk.of(SMALL, 3, true).toString(), Walk.of(SMALL, 3, true).toString());
  }

  /** V23: a walk that could not find bugs would prove nothing. */
  @TestFactory
  Stream<DynamicTest> plantedBugsAreFound() {
    return ElectionMutants.all().stream()
        .filter(mutant -> FOUND.containsKey(mutant.name()))
        .map(mutant -> dynamicTest(mutant.name(), () -> found(mutant)));
  }

  /** Each row above is one of the mutants there are. */
  @Test
  void noRowIsStale() {
    var names = ElectionMutants.all().stream().map(Mutant::name).toList();
    assertTrue(names.containsAll(FOUND.keySet()), names::toString);
  }

  private static void found(Mutant mutant) {
    var row = FOUND.getOrDefault(mutant.name(), "").split(" ");
    var led = row[1].equals("led");
    var wrong = Walked.walk(mutant, Integer.parseInt(row[0]), led, STATES);
    assertFalse(wrong.isEmpty(), "survives the exploration");
    assertTrue(wrong.startsWith(row[2] + " "), wrong);
  }
}
