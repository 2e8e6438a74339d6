package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.shape.Checklist;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Each line of the checklists of elections and of the simulator is named by a test that runs. What
 * is left to a benchmark (V35) and to later (E41, V36) is not asked for.
 */
class SafetyChecklistTest {
  private static final String[] WHERE = {
    "sim",
    "election",
    "gossip",
    "node",
    "link",
    "store",
    "wire",
    "cli",
    "control",
    "bench/model",
    "bench/failover"
  };

  @Test
  void eachLineOfElectionsIsNamedByATest() throws IOException {
    var kept = IntStream.rangeClosed(1, 40);
    assertEquals(List.of(), new Checklist('E', 41).missing(kept, WHERE));
  }

  @Test
  void eachLineOfTheSimulatorIsNamedByATest() throws IOException {
    var kept = IntStream.rangeClosed(1, 34);
    assertEquals(List.of(), new Checklist('V', 36).missing(kept, WHERE));
  }
}
