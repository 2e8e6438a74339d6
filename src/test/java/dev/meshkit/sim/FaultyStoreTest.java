package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * V20: where tables, or the model of them, forget or let pass what they must not, it is noticed.
 */
@Timeout(300)
class FaultyStoreTest {
  /** By the rules it breaks and no other: a contract that everything breaks says nothing. */
  @TestFactory
  Stream<DynamicTest> eachDiesByItsRules() {
    return StoreMutants.all().stream()
        .map(one -> dynamicTest(one.name(), () -> assertEquals(one.oracles(), Hunt.hunt(one, 1))));
  }

  /** What the hunt catches is the bug, not the hunting; and who survives fails the gate. */
  @Test
  void aSurvivorFailsTheGate() {
    var same = "private ElectionTable() {}";
    assertEquals("1 same: SURVIVED StoreContract, want StoreContract 1", said("node", same));
    var model = "private List<Fence> highest = List.of(); // none or one";
    assertEquals("1 same: SURVIVED StoreContract, want StoreContract 1", said("sim", model));
  }

  /** So does one that dies by a rule of another row. */
  @Test
  void oneThatDiesByAnotherRuleFailsTheGate() {
    var guard = StoreMutants.all().stream().filter(m -> m.name().equals("fence guard <"));
    var other = guard.map(m -> m.judged(m.scenario(), "StoreContract 1")).toList();
    assertEquals("1 fence guard <: StoreContract 3, want StoreContract 1", hunted(other));
  }

  private static String said(String core, String same) {
    var file = core.equals("sim") ? "FencedRegister.java" : "ElectionTable.java";
    var mutant =
        new Mutant("same", core, file, same, same, Scenario.ELECTION_DISK, Mutant.CONTRACT + " 1");
    return hunted(List.of(mutant));
  }

  /** The exit code, and the first line. */
  private static String hunted(List<Mutant> mutants) {
    var out = new ByteArrayOutputStream();
    var exit = Mutants.hunt(mutants, 1, new PrintStream(out, true, StandardCharsets.UTF_8));
    return exit + " " + out.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("");
  }
}
