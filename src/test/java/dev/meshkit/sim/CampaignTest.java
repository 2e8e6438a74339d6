package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The campaign of a change: the real cores under every scenario, and the campaign's own rules. */
class CampaignTest {
  /** A seed of which elections write down their frames and read them again. */
  private static final long WIRED = 10;

  /** Of these a seed takes hours, or dozens of nodes, and no second run. */
  private static final Set<Scenario> ONCE =
      EnumSet.of(
          Scenario.ELECTION_QUIET,
          Scenario.GOSSIP_CHURN,
          Scenario.GOSSIP_FORGOTTEN,
          Scenario.GOSSIP_LIFEGUARD,
          Scenario.GOSSIP_BOOTSTRAP);

  /**
   * Issue 2, item 9; V21, V22: no oracle objects, and the campaign saw enough to say so. V1: one
   * seed, one trace, whatever ran before; another seed, another one.
   */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MESH_HEADS") // 200 nodes: see below
  void noOracleObjects(Scenario scenario) {
    var campaign = new Campaign(scenario);
    var traces = new TreeMap<Long, Long>();
    for (var seed = 1L; seed <= scenario.few(); seed++) {
      var outcome = campaign.run(seed);
      traces.put(seed, outcome.trace());
      campaign.add(outcome);
    }
    campaign.failures().forEach(failure -> assertTrue(failure.passed(), failure::report));
    assertEquals(List.of(), campaign.vacuous(), campaign::toString);
    if (ONCE.contains(scenario)) return;
    var again = scenario.run(WIRED);
    var before = traces.get(WIRED);
    if (before == null) assertEquals("", campaign.repeat(again));
    else assertEquals(before, again.trace());
    assertNotEquals(again.trace(), traces.get(1L));
  }

  /**
   * V1: the same of a mesh with so many nodes that their tables are hashed by their sums. {@code
   * make sim} has 200.
   */
  @Test
  void aSeedOfALargeMeshHasOneTrace() {
    assertEquals(large(10), large(10));
  }

  private static long large(long seed) {
    var setup = new MeshRuns(new Chance(seed).of("fault", "large"), true).heads(51);
    var outcome = new Simulation(setup, seed, new Transcript(List.of())).run("large");
    assertTrue(outcome.passed(), outcome::report);
    return outcome.trace();
  }

  /** The page counts what it says a campaign runs. */
  @Test
  void theSafetyPageSaysHowManySeedsThereAre() throws Exception {
    var seeds = Stream.of(Scenario.values()).mapToLong(Scenario::usual).sum();
    var said = String.format(Locale.ROOT, "%,d", seeds / 10 * 10);
    assertTrue(
        Files.readString(Path.of("docs/safety.md")).contains("some " + said + " fixed"), said);
  }

  /** §8: a nemesis that does nothing fails as vacuous. */
  @Test
  void aCampaignThatSawNothingIsVacuous() {
    var missing = new Campaign(Scenario.GOSSIP_PARTITION).vacuous();
    assertTrue(missing.contains("VACUOUS: saw 0 of 1 PARTITION"), missing::toString);
  }

  /**
   * V21, V22: {@code make sim} fails if all it ran saw too little, and says of what. V25: a seed
   * that found something once passes now.
   */
  @Test
  void makeSimFailsWithACampaignThatSawNothing() {
    var idle =
        Stream.of(Scenario.ELECTION_CHAOS, Scenario.GOSSIP_LOSS).map(Idle::campaign).toList();
    var said = sim(out -> Main.run(new Settings(Map.of()), out, idle));
    var elections = Scenario.ELECTION_CHAOS.usual();
    var gossips = Scenario.GOSSIP_LOSS.usual();
    for (var wrong : Idle.vacuous(elections, gossips)) assertTrue(said.contains(wrong), said);
    var runs = elections + gossips;
    var total = "\nseeds from 1 on: " + runs + " seeds, " + runs + " events, 0.0 virtual hours\n";
    assertTrue(said.contains(total), said);
    assertTrue(said.contains("\n" + (runs + Found.all().size()) + " passed, "), said);
    assertTrue(said.endsWith(" failed\nexit 1"), said);
  }

  /** V21: but a campaign that was asked for by its size is not asked what it saw. */
  @Test
  void aSizeOfSomebodysChoiceHasNoGates() {
    var one = Scenario.ELECTION_CHAOS;
    var idle = List.of(Idle.campaign(one));
    var said = sim(out -> Main.run(new Settings(Map.of("COUNT", "7")), out, idle));
    assertTrue(said.endsWith("7 passed, 0 failed\nexit 0"), said);
  }

  /** V1, V30: one worker prints what two print; both say how much they ran. */
  @Test
  void oneWorkerPrintsWhatTwoPrint() {
    var one = Map.of("SCENARIO", "gossip/crash", "COUNT", "4", "WORKERS", "1");
    var two = Map.of("SCENARIO", "gossip/crash", "COUNT", "4", "WORKERS", "2");
    var said = sim(two);
    assertEquals(sim(one), said);
    assertTrue(
        said.matches("(?s).*\nseeds from 1 on: 4 seeds, \\d+ events, [0-9.]+ virtual hours\n.*"),
        said);
  }

  /** V5: a crash between two effects of a step is asked for, and so are commits cut short. */
  @Test
  void crashesFallBetweenEffects() {
    var campaign = new Campaign(Scenario.ELECTION_RESTART).seeds(1, 4);
    assertTrue(campaign.coverage().of(Coverage.Seen.CRASH_MID_STEP) > 0, campaign::toString);
    var missing = new Campaign(Scenario.ELECTION_RESTART).vacuous();
    assertTrue(missing.contains("VACUOUS: saw 0 of 1 CRASH_MID_STEP"), missing::toString);
  }

  /** V13: what never heals, outside a quorum, keeps nobody from the bounds of the calm. */
  @Test
  void faultsThatStayLeaveALeader() {
    var campaign = new Campaign(Scenario.ELECTION_CHAOS).seeds(100, 5);
    assertEquals(List.of(), campaign.failures());
    assertTrue(campaign.coverage().of(Coverage.Seen.LASTING) > 0, campaign::toString);
    var missing = new Campaign(Scenario.ELECTION_CHAOS).vacuous();
    assertTrue(missing.contains("VACUOUS: saw 0 of 1 LASTING"), missing::toString);
  }

  /** V19: times are judged by their distribution over the campaign, besides each by itself. */
  @Test
  void takeoversAreJudgedByTheirPercentile() {
    var seen = new Coverage();
    for (var i = 0; i < 200; i++) seen.measure(Takeovers.TIME, 500);
    seen.measure(Takeovers.TERMS, 1);
    seen.measure(ColdStartInTime.TIME, 1_000);
    seen.measure(CommitInTime.TIME, 1_000);
    seen.measure(Takeovers.TIME, 2_900); // within the hard limit of a run
    assertEquals(List.of(), Scenario.ELECTION_FAILOVER.excess(seen));
    for (var i = 0; i < 2; i++) seen.measure(Takeovers.TIME, 1_001);
    var wrong = Scenario.ELECTION_FAILOVER.excess(seen);
    assertTrue(wrong.getFirst().startsWith("LATE: "), wrong::toString);
    var none = Scenario.ELECTION_DISK.excess(new Coverage());
    assertEquals(List.of("VACUOUS: no takeover ‰ was measured"), none);
  }

  /** V25: a line that is none is refused. */
  @Test
  void aLineOfSeedsIsReadWhole() {
    var found = new Found(Scenario.MESH_BOTH, 7, "a leader # of two");
    assertEquals(found, Found.parse("mesh/both 7  # a leader # of two"));
    for (var line : List.of("mesh/both 7", "mesh/both x # y", "mesh 7 # y", "mesh/both 7 y z"))
      assertThrows(IllegalArgumentException.class, () -> Found.parse(line));
  }

  /** V7: a field that the codec loses fails the runs whose frames travel as bytes. */
  @Test
  void aFieldLostInEncodingIsMissed() {
    var loses =
        new Mutant(
            "an acknowledgement without its number",
            "wire",
            "ElectWriter.java",
            ".setSeq(ack.seq())",
            "",
            Scenario.ELECTION_CHAOS,
            "L6");
    var kill = Hunt.hunt(loses, 20);
    assertTrue(kill.startsWith("L6 seed 10: "), kill);
  }

  /** V7: the same of gossip: who is held dead has refuted it, and nobody hears of that. */
  @Test
  void aFieldOfGossipLostInEncodingIsMissed() {
    var loses =
        new Mutant(
            "an entry without its incarnation",
            "wire",
            "Entries.java",
            ".setInc(key.incarnation())",
            "",
            Scenario.GOSSIP_LOSS,
            "GL1");
    var kill = Hunt.hunt(loses, 20);
    assertTrue(kill.startsWith("GL1 seed 1: "), kill);
  }

  /** V27: {@code make sim SEED=7} replays. */
  @Test
  void makeSimReplaysASeed() {
    var settings = Map.of("SEED", "7", "SCENARIO", "mesh/both");
    var first = sim(settings);
    assertEquals(first, sim(settings));
    assertTrue(first.contains("seed=7 scenario=mesh/both trace "), first);
    assertTrue(first.endsWith("1 passed, 0 failed\nexit 0"), first);
    assertEquals(List.of(Scenario.values()), Scenario.asked(""), "without one: all");
  }

  /** V1: runs share no state: two at a time on threads of their own are as they are alone. */
  @Test
  void twoWorkersSeeWhatOneSees() throws Exception {
    var alone = List.of(trace(3), trace(4));
    try (var workers = Executors.newFixedThreadPool(2)) {
      var both = List.of(workers.submit(() -> trace(3)), workers.submit(() -> trace(4)));
      assertEquals(alone, List.of(both.getFirst().get(), both.getLast().get()));
    }
  }

  private static long trace(long seed) {
    return Scenario.ELECTION_RECORD.run(seed).trace();
  }

  /** V12: the transcript of a replay shows the faults as they were written before the run. */
  @Test
  void aVerboseReplayPrintsTheFaults() {
    var text = sim(Map.of("SEED", "7", "SCENARIO", "election/chaos", "VERBOSE", "1"));
    assertTrue(text.contains("** Weather"), text::toString);
    assertFalse(sim(Map.of("SEED", "7", "SCENARIO", "election/chaos")).contains("** Weather"));
  }

  private static String sim(Map<String, String> settings) {
    return sim(out -> Main.run(new Settings(settings), out));
  }

  private static String sim(ToIntFunction<PrintStream> main) {
    var bytes = new ByteArrayOutputStream();
    var exit = main.applyAsInt(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8) + "exit " + exit;
  }
}
