package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * V20, E39: an oracle that never fires proves nothing, so each catches one of the bugs of its row
 * here; {@code make mutants} hunts all of them.
 */
class MutantsTest {
  private static final int SEEDS = 200;

  /** One for each oracle, of those that die soon. */
  private static final List<String> CHOSEN =
      List.of(
          "a candidate wins one vote short", // S1
          "a second vote in one term", // S2
          "a lower term adopted", // S3
          "answer before StorageDone", // S4
          "a resource takes any fence", // S5
          "κ = 1", // S6
          "a tenure ends at ticks only", // S7
          "a retry lands again", // S8
          "a term adopted from outside V", // S9
          "genesis id not compared", // S9, of forged frames
          "Lost twice", // S10
          "a quarantined voter grants", // S12
          "RECOVERING grants", // S12
          "Applied before commit", // S13
          "a later generation is not adopted", // S14
          "an older term of a later process believed", // V11
          "a change decided on another version lands", // V18
          "a follower waits for its leader too long", // L1
          "TimeoutNow not obeyed", // L2
          "term adopted while promised", // E16
          "pre-vote grant moves a timer", // E24
          "late heartbeat re-sticks", // S11
          "who was quiet stands for nothing", // L5
          "a lost round is the last", // L6
          "a pre-vote in spite of a promise", // L7
          "a record is taken for the one that was told of", // L7, of those who lie
          "only the first acknowledgement counts", // L8
          "no rewrite on win", // L10
          "leadership moves with each coming of a preferred voter", // E25
          "autopilot: two voters of two nodes", // E31
          "autopilot: the dead lose their seats at once", // E32
          "joining: asks nobody", // R4
          "members without a limit", // G7
          "older attributes win", // G1
          "a word is lost on the wire", // G4
          "an answer in a later version is none", // M39
          "SUSPECT makes a member", // G6
          "rumours queued as copies", // G7
          "root not updated on status change", // G12
          "equal key ALIVE accepted after DEAD", // G2
          "a third party raises an incarnation", // G3
          "an accusation believed by the accused", // G5
          "contest = 0", // M7
          "accused not told", // M8
          "a suspect's goodbye is not believed", // G9
          "no pause guard", // G11
          "own attributes taken for a clone's", // M10
          "dissemination unplugged", // M41
          "a revoked member is shown", // M32
          "heads are not spread", // E14
          "a recovery keeps what one survivor revoked", // E29
          "recover reads its own disk alone", // S13
          "recover waits for nobody", // S13
          "a suspect has no time to refute", // M19
          "sync off", // M29
          "an entry stays as it first came in its epoch", // GG1
          "an older generation replaces a newer", // GG1, of records
          "a growing share leaves those behind whom it had reached", // GG1, of epochs
          "refutation dropped"); // GL1

  private static final Set<String> FIRED = new ConcurrentSkipListSet<>();
  private static final Set<String> HUNTED = new ConcurrentSkipListSet<>();

  /**
   * V20: no oracle is there for show: of the chosen at least one dies by each. Who only measures a
   * whole campaign takes a minute for that: {@code make mutants NAME='LHM stuck at 0'}.
   */
  @AfterAll
  static void eachOracleHasFired() {
    if (!HUNTED.containsAll(CHOSEN)) return; // only some were run
    var names = new TreeSet<String>();
    Oracles.handedOut().values().forEach(oracle -> names.add(oracle.name()));
    names.remove(new FewAreDoubted(Set.of()).name());
    assertEquals(names, new TreeSet<>(FIRED));
  }

  @TestFactory
  Stream<DynamicTest> theChosenDie() {
    return CHOSEN.stream().map(name -> dies(mutant(name)));
  }

  private static Mutant mutant(String name) {
    return Mutants.all().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  /** Production code carries no test switches: what each mutant patches stands there once. */
  @Test
  void noMutantIsStale() throws Exception {
    for (var mutant : Mutants.all().toList()) {
      var source = Files.readString(mutant.path());
      assertNotEquals(source, mutant.plant(source), mutant::name);
    }
  }

  /** V20: whom nobody else may kill for an oracle that sleeps: others are not asked. */
  @Test
  void onlyTheOraclesOfItsRowAreAsked() {
    var mutant = mutant("vote not kept across a crash");
    assertEquals("S4", Hunt.hunt(mutant, 3).substring(0, 2));
    assertEquals("", Hunt.hunt(mutant.judged(mutant.scenario(), "S8"), 3));
  }

  /** V20: what no seed shows is not taken on trust: the test of its rule fails, and only then. */
  @Test
  void whatNoSeedShowsDiesByTheTestOfItsRule() {
    for (var mutant : UnreachedMutants.all()) {
      assertEquals(mutant.oracles(), Hunt.hunt(mutant, 1), mutant::name);
      var same =
          new Mutant(
              "same",
              mutant.core(),
              mutant.file(),
              mutant.text(),
              mutant.text(),
              mutant.scenario(),
              mutant.oracles());
      assertEquals("", Hunt.hunt(same, 1), mutant::name);
    }
    var mistyped =
        UnreachedMutants.all().getFirst().judged(Scenario.ELECTION_CHAOS, "LeaderTest#no");
    assertThrows(IllegalStateException.class, () -> Hunt.hunt(mistyped, 1));
  }

  /** V19: runs that end too soon to measure anything are not late. */
  @Test
  void nothingMeasuredIsNothingLate() {
    var moved = mutant("pre-vote grant moves a timer");
    assertEquals("", Hunt.hunt(moved.judged(Scenario.ELECTION_FAILOVER, Mutant.LATENCIES), SEEDS));
  }

  /** V20: what is kept of late kills is of mutants that there are, and within the 2,000 seeds. */
  @Test
  void lateKillsAreOfMutantsWithinTheirSeeds() {
    var names = Mutants.all().map(Mutant::name).toList();
    Kills.all()
        .forEach(
            (name, seed) -> {
              assertTrue(names.contains(name), name);
              assertTrue(seed > 1 && seed <= Mutants.SEEDS, () -> name + " " + seed);
            });
  }

  /** And one whose text is gone is reported, whoever hunts it. */
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
    var exit = Mutants.hunt(List.of(same), 2, new PrintStream(said, true, StandardCharsets.UTF_8));
    assertEquals(1, exit, "a survivor fails the gate");
    assertTrue(said.toString(StandardCharsets.UTF_8).startsWith("same: SURVIVED 2 seeds"));
  }

  private static DynamicTest dies(Mutant mutant) {
    return dynamicTest(
        mutant.name(),
        () -> {
          var kill = Hunt.hunt(mutant, SEEDS);
          assertFalse(kill.isEmpty(), "survived " + SEEDS + " seeds of " + mutant.scenario());
          assertTrue(mutant.diesBy(kill), kill);
          var oracle = kill.substring(0, kill.indexOf(' '));
          HUNTED.add(mutant.name());
          FIRED.add(oracle);
        });
  }
}
