package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** V20, E39: an oracle that never fires proves nothing, so each catches the bugs of its row. */
class MutantsTest {
  private static final int SEEDS = 200;
  private static final Set<String> FIRED = new ConcurrentSkipListSet<>();
  private static final Set<String> HUNTED = new ConcurrentSkipListSet<>();

  /** V20: no oracle is there for show: of all mutants at least one dies by each. */
  @AfterAll
  static void eachOracleHasFired() {
    var mutants =
        Stream.of(
                ElectionMutants.all(),
                ElectorateMutants.all(),
                AutopilotMutants.all(),
                TransferMutants.all(),
                DiskMutants.all(),
                LatencyMutants.all(),
                GossipMutants.all())
            .flatMap(List::stream);
    if (!HUNTED.containsAll(mutants.map(Mutant::name).toList())) return; // only some were run
    var oracles =
        Stream.of(
                ElectionRuns.oracles(),
                List.of(new RejoiningIsQuiet(), new TransferIsQuick(0), new RarelyMoved()),
                List.of(new TakeoverInTime(), new QuietStaysLed()),
                AutopilotRuns.oracles(),
                GossipRuns.oracles())
            .flatMap(List::stream);
    assertEquals(oracles.map(Oracle::name).collect(Collectors.toCollection(TreeSet::new)), FIRED);
  }

  @TestFactory
  Stream<DynamicTest> gossipMutantsDie() {
    return GossipMutants.all().stream().map(MutantsTest::dies);
  }

  @TestFactory
  Stream<DynamicTest> electionMutantsDie() {
    return ElectionMutants.all().stream().map(MutantsTest::dies);
  }

  /** Production code carries no test switches: what a mutant patches must still be there. */
  @Test
  void aMutantWhoseTextIsGoneIsStale() {
    var stale =
        new Mutant("stale", "gossip", "Self.java", "no such text", "", Scenario.GOSSIP_CRASH, "G2");
    var thrown = assertThrows(IllegalStateException.class, () -> Hunt.hunt(stale, 1));
    assertTrue(thrown.toString().contains("STALE MUTANT"), thrown::toString);
  }

  /** What the hunt catches is the bug, not the hunting: unchanged sources survive it. */
  @Test
  void anUnchangedCoreSurvivesTheHunt() {
    var same =
        new Mutant(
            "same",
            "gossip",
            "Merge.java",
            "public final class Merge",
            "public final class Merge",
            Scenario.GOSSIP_PARTITION,
            "");
    var said = new ByteArrayOutputStream();
    var exit = Mutants.hunt(List.of(same), 5, new PrintStream(said, true, StandardCharsets.UTF_8));
    assertEquals(1, exit, "a survivor fails the gate");
    assertTrue(said.toString(StandardCharsets.UTF_8).startsWith("same: SURVIVED 5 seeds"));
  }

  @TestFactory
  Stream<DynamicTest> electorateMutantsDie() {
    return ElectorateMutants.all().stream().map(MutantsTest::dies);
  }

  /** E31, E32. */
  @TestFactory
  Stream<DynamicTest> autopilotMutantsDie() {
    return AutopilotMutants.all().stream().map(MutantsTest::dies);
  }

  @TestFactory
  Stream<DynamicTest> transferMutantsDie() {
    return TransferMutants.all().stream().map(MutantsTest::dies);
  }

  @TestFactory
  Stream<DynamicTest> diskMutantsDie() {
    return DiskMutants.all().stream().map(MutantsTest::dies);
  }

  @TestFactory
  Stream<DynamicTest> latencyMutantsDie() {
    return LatencyMutants.all().stream().map(MutantsTest::dies);
  }

  private static DynamicTest dies(Mutant mutant) {
    return dynamicTest(
        mutant.name(),
        () -> {
          var kill = Hunt.hunt(mutant, SEEDS);
          assertFalse(kill.isEmpty(), "survived " + SEEDS + " seeds of " + mutant.scenario());
          var oracle = kill.substring(0, kill.indexOf(' '));
          HUNTED.add(mutant.name());
          FIRED.add(oracle);
          assertTrue(List.of(mutant.oracles().split(",")).contains(oracle), kill);
        });
  }
}
