package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** V23, E39: what {@code make explore} walks for long, walked for a moment. */
class ExploreTest {
  /** Changes made, where the walk begins, and the oracle that finds the planted bug. */
  private static final Map<String, String> FOUND = new TreeMap<>();

  static {
    FOUND.put("a candidate wins one vote short", "0 born S1");
    FOUND.put("a second vote in one term", "0 born S2");
    FOUND.put("answer before StorageDone", "0 born S4");
    FOUND.put("header from memory instead of disk", "0 born S4");
    FOUND.put("vote not kept across a crash", "0 born S4");
    FOUND.put("Lost twice", "0 led S10");
  }

  /** V23: every interleaving within small limits satisfies every oracle. */
  @Test
  void noStateWithinSmallLimitsIsWrong() {
    for (var voters = 1; voters <= 3; voters++)
      for (var led : List.of(false, true)) {
        var walk = Explore.walk(limits(1_500), voters, led);
        assertEquals("", walk.wrong());
        assertTrue(walk.states() > 20, walk::toString);
      }
  }

  /** V23: two walks see the same states, so that their counts mean something. */
  @Test
  void aWalkIsRepeatable() {
    assertEquals(
        Explore.walk(limits(1_500), 3, true).toString(),
        Explore.walk(limits(1_500), 3, true).toString());
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
    var wrong = Walked.walk(mutant, Integer.parseInt(row[0]), row[1].equals("led"));
    assertFalse(wrong.isEmpty(), "survives the exploration");
    assertTrue(wrong.startsWith(row[2] + " "), wrong);
  }

  private static Explore.Limits limits(int states) {
    return new Explore.Limits(30, states, 2, 5, 1, new Place.Left(2, 1, 1));
  }
}
