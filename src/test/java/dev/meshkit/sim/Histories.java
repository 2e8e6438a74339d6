package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Histories written by hand, and which oracles were shown them (V15): tests of oracles tell theirs
 * here, so that {@link HistoriesTest} can ask for what is missing. Of the whole JVM, as its tests
 * know nothing of each other.
 */
final class Histories {
  /** Whose tests tell histories. */
  static final String TAG = "histories";

  private static final Set<String> SILENT = new ConcurrentSkipListSet<>();
  private static final Set<String> FIRED = new ConcurrentSkipListSet<>();

  private Histories() {}

  /** All of it is as it should be, and nobody objects. */
  static void legal(Oracle oracle, Sight... history) {
    assertTrue(history.length > 0, "who is shown nothing says nothing");
    for (var sight : history)
      assertEquals("", oracle.see(sight), () -> oracle.name() + " on " + sight);
    SILENT.add(Oracles.kind(oracle));
  }

  /** All but the last of it is, and the oracle objects to that. */
  static String illegal(Oracle oracle, Sight... history) {
    for (var sight : List.of(history).subList(0, history.length - 1))
      assertEquals("", oracle.see(sight), () -> oracle.name() + " on " + sight);
    var said = oracle.see(history[history.length - 1]);
    assertFalse(said.isEmpty(), oracle::name);
    FIRED.add(Oracles.kind(oracle));
    return said;
  }

  /** What it says first about a history, if anything. */
  static String judge(Oracle oracle, List<Sight> history) {
    for (var sight : history) {
      var said = oracle.see(sight);
      if (said.isEmpty()) continue;
      FIRED.add(Oracles.kind(oracle));
      return said;
    }
    SILENT.add(Oracles.kind(oracle));
    return "";
  }

  /** What it measured is within its bounds over a campaign. */
  static void legal(Oracle oracle, Scenario scenario, Coverage seen) {
    oracle.measure(seen);
    assertEquals(List.of(), scenario.excess(seen), oracle::name);
    SILENT.add(Oracles.kind(oracle));
  }

  /** It is not; of one that only measures, that is how it objects. */
  static String illegal(Oracle oracle, Scenario scenario, Coverage seen) {
    oracle.measure(seen);
    var wrong = scenario.excess(seen);
    assertFalse(wrong.isEmpty(), oracle::name);
    FIRED.add(Oracles.kind(oracle));
    return wrong.getFirst();
  }

  /** Whether this kind of oracle was silent about a history that is legal. */
  static boolean hasLegal(String kind) {
    return SILENT.contains(kind);
  }

  /** Whether it objected to one that is not. */
  static boolean hasIllegal(String kind) {
    return FIRED.contains(kind);
  }
}
