package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The campaign of a change: the real cores under every scenario, and the campaign's own rules. */
class CampaignTest {
  /** Issue 2, item 9; V21, V22: no oracle objects, and the campaign saw enough to say so. */
  @ParameterizedTest
  @EnumSource
  void noOracleObjects(Scenario scenario) {
    var campaign = new Campaign(scenario).seeds(1, scenario.few());
    campaign.failures().forEach(failure -> assertTrue(failure.passed(), failure::report));
    assertEquals(List.of(), campaign.vacuous(), campaign::toString);
  }

  /** V1: one seed, one trace, whatever ran before; another seed, another one. */
  @ParameterizedTest
  @EnumSource
  void aSeedHasOneTrace(Scenario scenario) {
    assertEquals("", new Campaign(scenario).repeat(10));
    assertNotEquals(scenario.run(10).trace(), scenario.run(11).trace());
  }

  /** §8: a nemesis that does nothing fails as vacuous. */
  @Test
  void aCampaignThatSawNothingIsVacuous() {
    var missing = new Campaign(Scenario.GOSSIP_PARTITION).vacuous();
    assertTrue(missing.contains("VACUOUS: saw 0 of 1 PARTITION"), missing::toString);
  }

  /** V27: {@code make sim SEED=7} replays. */
  @Test
  void makeSimReplaysASeed() {
    var first = sim(Map.of("SEED", "7"));
    assertEquals(first, sim(Map.of("SEED", "7")));
    assertTrue(first.contains("seed=7 scenario=mesh/both trace "), first);
    assertTrue(first.endsWith(Scenario.values().length + " passed, 0 failed\nexit 0"), first);
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

  /** V1: another JVM, with hash codes of its own, sees the same. */
  @Test
  void anotherJvmSeesTheSameTrace() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        new ProcessBuilder(
            List.of(
                java,
                "--enable-preview",
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=3",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--seed",
                "7",
                "--scenario",
                "election/record"));
    var process = command.redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    var here = sim(Map.of("SEED", "7", "SCENARIO", "election/record"));
    assertEquals(here, said + "exit " + process.waitFor());
  }

  /** V12: the transcript of a replay shows the faults as they were written before the run. */
  @Test
  void aVerboseReplayPrintsTheFaults() {
    var text = sim(Map.of("SEED", "7", "SCENARIO", "election/chaos", "VERBOSE", "1"));
    assertTrue(text.contains("** Weather"), text::toString);
    assertFalse(sim(Map.of("SEED", "7", "SCENARIO", "election/chaos")).contains("** Weather"));
  }

  private static String sim(Map<String, String> settings) {
    var bytes = new ByteArrayOutputStream();
    var exit =
        Main.run(new Settings(settings), new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8) + "exit " + exit;
  }
}
