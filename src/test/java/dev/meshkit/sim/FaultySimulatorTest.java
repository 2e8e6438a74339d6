package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Faults of the simulator itself, each planted on purpose: it must notice, or it proves nothing.
 */
class FaultySimulatorTest {
  private static final List<NodeId> NODES = GossipRuns.names(3);
  private static final int SEEDS = 3;

  /** V20: an oracle that sleeps lets its mutants live, so the hunt fails and names it. */
  @Test
  void anOracleAsleepIsNamedByItsMutants() {
    var twice = mutant("Lost twice");
    var asleep =
        new Mutant(
            "S10 asleep",
            "sim",
            "GainedAndLostAlternate.java",
            "return fence.equals(held) ? \"\" :",
            "return fence != null ? \"\" :",
            twice.scenario(),
            "");
    assertEquals(0, hunt(twice, List.of()).exit(), "awake it kills");
    var found = hunt(twice, List.of(asleep));
    assertEquals(1, found.exit());
    assertEquals(
        "Lost twice: SURVIVED " + SEEDS + " seeds, want S10\n0 killed, 1 not\n", found.said());
  }

  /** V21, V22: a nemesis that does nothing is told from one that found nothing. */
  @Test
  void anEmptyNemesisIsVacuous() {
    var scenario = Scenario.ELECTION_CHAOS;
    var idle =
        new Campaign(scenario, (seed, out) -> scenario.run(seed, Schedule.of(List.of()), out))
            .seeds(1, SEEDS);
    assertEquals(List.of(), idle.failures(), "nothing goes wrong where nothing happens");
    var missing = idle.vacuous();
    assertTrue(missing.contains("VACUOUS: saw 0 of 1 PARTITION"), missing::toString);
    assertTrue(missing.contains("VACUOUS: saw 0 of 1 PAUSE"), missing::toString);
  }

  /** V1: what follows from where objects lie in memory is told by its first event. */
  @Test
  void hashOrderIsNondeterminism() {
    var differs = repeat(FaultySimulatorTest::inOrderOfHashes);
    assertTrue(differs.startsWith("NONDETERMINISM gossip/crash seed 7: event "), differs);
    assertTrue(differs.contains("looks at "), differs);
  }

  private static Object inOrderOfHashes() {
    var map = new HashMap<Object, Integer>();
    for (var i = 0; i < 32; i++) map.put(new Object(), i); // an object's own hash is its own
    return map.values();
  }

  /** V1: so is what follows from the wall clock. */
  @Test
  void theWallClockIsNondeterminism() {
    var differs = repeat(System::nanoTime);
    assertTrue(differs.startsWith("NONDETERMINISM gossip/crash seed 7: event "), differs);
  }

  /** V1: and what follows from the seed alone is not. */
  @Test
  void whatFollowsFromTheSeedIsNone() {
    assertEquals("", repeat(() -> 7));
  }

  /** A core that throws fails its seed, not the campaign. */
  @Test
  void whatIsThrownIsAFailureOfItsSeed() {
    Cores boot =
        node -> {
          if (node.world().now() > 0) throw new IllegalStateException("broken");
          return new TreeMap<>();
        };
    var ops =
        List.of(
            new Op.Timed(1, new Op.Crash(0, Op.Moment.NOW, 0)), new Op.Timed(2, new Op.Restart(0)));
    var setup = new Setup(NODES, List.of(), SimNetwork.Climate.LAN, 1, 1, ops, boot, List.of());
    var outcome = new Simulation(setup, 1, new Transcript(List.of())).run("toy");
    var wrong = outcome.violations().getFirst();
    assertEquals("THROWN", wrong.oracle());
    assertTrue(
        wrong.text().contains("IllegalStateException: broken at dev.meshkit.sim."), wrong::text);
  }

  private static String repeat(java.util.function.Supplier<Object> look) {
    return new Campaign(Scenario.GOSSIP_CRASH, (seed, out) -> toy(seed, out, look)).repeat(7);
  }

  private static Outcome toy(
      long seed, List<PrintStream> listeners, java.util.function.Supplier<Object> look) {
    Cores boot =
        node -> {
          node.world().note(node.id() + " looks at " + look.get());
          return new TreeMap<>();
        };
    var setup =
        new Setup(
            NODES,
            List.of(),
            SimNetwork.Climate.LAN,
            Seconds.of(1),
            Seconds.of(1),
            List.of(),
            boot,
            List.of());
    return new Simulation(setup, seed, new Transcript(listeners)).run("toy");
  }

  private record Found(int exit, String said) {}

  private static Found hunt(Mutant mutant, List<Mutant> own) {
    var said = new ByteArrayOutputStream();
    var out = new PrintStream(said, true, StandardCharsets.UTF_8);
    var exit = Mutants.hunt(List.of(mutant), SEEDS, out, own);
    return new Found(exit, said.toString(StandardCharsets.UTF_8));
  }

  private static Mutant mutant(String name) {
    var found = ElectionMutants.all().stream().filter(m -> m.name().equals(name)).toList();
    assertFalse(found.isEmpty(), name);
    return found.getFirst();
  }
}
