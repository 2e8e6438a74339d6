package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** V6: where the loops, or the model of them, perform effects otherwise, the contract says so. */
@Timeout(120)
class FaultyShellTest {
  private static final String LOOP = "dev.meshkit.node.ElectionLoopContractTest";
  private static final String MODEL = "dev.meshkit.sim.ShellModelContractTest";

  @TempDir private Path directory;

  @Test
  void effectsInAnotherOrderAreNoticed() throws Exception {
    var passed = "outbox.pass(step.effects())";
    var turned = "outbox.pass(step.effects()).reversed()";
    assertEquals("3", loop(passed, turned));
    assertEquals("3", model(passed, turned));
  }

  @Test
  void whatDoesNotWaitForItsPersistIsNoticed() throws Exception {
    assertEquals("1 2", loop("outbox.pass(step.effects())", "step.effects()"));
    assertEquals("1 2", model("outbox.pass(step.effects())", "step.effects()"));
  }

  @Test
  void authorityThatOutlivesItsTermIsNoticed() throws Exception {
    assertEquals("3", loop("box.shut(); // authority first", ""));
    assertEquals("3", model("held = List.of();\n        watch.lost", "watch.lost"));
  }

  @Test
  void anUnchangedDriverKeepsItsContract() throws Exception {
    var same = "outbox.pass(step.effects())";
    assertEquals("", loop(same, same));
    assertEquals("", model(same, same));
  }

  private String loop(String text, String replacement) throws Exception {
    return breaches("node", "ElectionLoop.java", text, replacement, LOOP);
  }

  private String model(String text, String replacement) throws Exception {
    return breaches("sim", "ElectionHost.java", text, replacement, MODEL);
  }

  private String breaches(String where, String file, String text, String with, String contract)
      throws Exception {
    var bug = new Mutant("drift", where, file, text, with, Scenario.ELECTION_CHAOS, "V6");
    return Hunt.breaches(bug, contract, directory);
  }
}
