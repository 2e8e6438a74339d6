package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** V26, V27: what a person can ask of {@code make sim}, by the names of its options. */
class LookTest {
  private static final String BUG = "Lost twice";

  @TempDir Path dir;

  /** {@code VERBOSE=1} prints all lines, {@code NODE=n1} those of one node and the faults. */
  @Test
  void oneNodeOfTheTranscript() {
    var all = sim("SEED", "7", "SCENARIO", "election/chaos", "VERBOSE", "1").lines().toList();
    var its = sim("SEED", "7", "SCENARIO", "election/chaos", "NODE", "n1");
    var wanted =
        all.stream()
            .filter(
                line ->
                    line.matches("[0-9.]+s (-- )?eu/n1 .*")
                        || line.matches("[0-9.]+s \\*\\* .*")
                        || line.matches("SIM OK.*|1 passed.*|exit.*"))
            .toList();
    assertEquals(wanted, its.lines().toList());
    assertTrue(wanted.size() > 50 && wanted.size() < all.size() / 2, () -> "" + wanted.size());
    assertEquals(its, sim("SEED", "7", "SCENARIO", "election/chaos", "NODE", "eu/n1"));
  }

  /** {@code UNTIL=17.1} stops there, before what comes later, and prints what each node holds. */
  @Test
  void allThatIsHeldAtAMoment() {
    var settings = new String[] {"SEED", "7", "SCENARIO", "mesh/both", "UNTIL", "4.5"};
    var said = sim(settings);
    assertTrue(said.startsWith("at 4.500000s, after "), said);
    var setup = Scenario.MESH_BOTH.setup(7);
    for (var node : setup.nodes())
      assertEquals(1, said.lines().filter(line -> line.startsWith(node + " ")).count(), said);
    for (var line :
        List.of("  global current = Durable[", "  gossip table.peers eu/n", "  gossip due = "))
      assertTrue(said.contains("\n" + line), () -> line + " not in " + said);
    assertTrue(said.contains("\nSIM STOP seed=7 scenario=mesh/both trace "), said);
    assertTrue(said.endsWith("\n0 passed, 0 failed\nexit 0"), said);
    assertEquals(said, sim(settings), "the same on every machine");
  }

  /** A time after the end is no stop: the run is judged, and its trace is that of any replay. */
  @Test
  void aMomentAfterTheEndIsTheEnd() {
    var said = sim("SEED", "7", "SCENARIO", "election/chaos", "UNTIL", "9000");
    var plain = sim("SEED", "7", "SCENARIO", "election/chaos");
    assertTrue(said.endsWith(plain), said);
    assertTrue(said.length() > plain.length(), said);
  }

  /** What makes no sense is refused with what there is instead. */
  @Test
  void whatMakesNoSenseIsRefused() {
    var nodes = Scenario.ELECTION_CHAOS.setup(7).nodes().toString();
    var named = nodes.substring(1, nodes.length() - 1);
    refused(
        "NODE=n9 is no node of election/chaos seed 7, which has " + named,
        "SEED",
        "7",
        "SCENARIO",
        "election/chaos",
        "NODE",
        "n9");
    for (var time : List.of("soon", "-1", "1e3", "17.1s"))
      refused(
          "UNTIL=" + time + " is no time in seconds: write UNTIL=17.1",
          "SEED",
          "7",
          "SCENARIO",
          "election/chaos",
          "UNTIL",
          time);
    for (var one : List.of("NODE", "UNTIL")) {
      var why =
          one + "=1 looks at one run: say which by SEED=7 SCENARIO=election/chaos, or REPLAY=file";
      refused(why, one, "1");
      refused(why, one, "1", "SEED", "7");
      refused(why, one, "1", "MUTANT", BUG);
    }
    for (var name : List.of("COUNT", "SECONDS")) {
      refused(
          name + "=0 is not 1 or more: write " + name + "=7",
          name,
          "0",
          "SCENARIO",
          "gossip/crash");
      refused(
          name + "=x is no whole number: write " + name + "=7",
          name,
          "x",
          "SCENARIO",
          "gossip/crash");
    }
    refused("WORKERS=0 is not 1 to 64: write WORKERS=2, one a core", "WORKERS", "0");
    refused("SEED=x is no whole number: write SEED=7", "SEED", "x", "SCENARIO", "gossip/crash");
    refused(
        "MUTANT=Lost thrice is no planted bug; the nearest are 'Lost twice', ",
        "MUTANT",
        "Lost thrice");
  }

  /** {@code SECONDS=60}: no seed begins after that, and nobody asks so few what they saw. */
  @Test
  void aCampaignEndsWhenItsTimeIsUp() {
    var asked = new ArrayList<Duration>();
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var settings = settings("SCENARIO", "gossip/crash", "SECONDS", "60", "WORKERS", "1");
    var exit =
        Main.run(
            settings,
            out,
            length -> {
              asked.add(length);
              var left = new ArrayList<>(List.of(1, 2, 3, 4, 5));
              return () -> left.isEmpty() || left.removeFirst() == null;
            });
    var said = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(List.of(Duration.ofSeconds(60)), asked);
    assertTrue(said.matches("(?s)gossip/crash: [1-5] seeds, .*"), said);
    assertTrue(said.matches("(?s).*\n[1-5] passed, 0 failed\n"), said);
    assertEquals(0, exit, said);
  }

  /** {@code MUTANT=name} hunts one planted bug; with a seed it shows that run of it. */
  @Test
  void aPlantedBugCanBeLookedAt() throws Exception {
    var hunt = sim("MUTANT", BUG, "COUNT", "3");
    assertTrue(hunt.matches(BUG + ": S10 seed \\d\n1 killed, 0 not\nexit 0"), hunt);
    var seed = hunt.replaceFirst("(?s).*seed (\\d).*", "$1");
    var said = sim("MUTANT", BUG, "SEED", seed);
    assertTrue(said.startsWith("planted: " + BUG + "\nSIM FAIL seed=" + seed), said);
    assertTrue(said.endsWith("\n0 passed, 1 failed\nexit 1"), said);
    var left = said.replaceFirst("(?s).*\nshrunk  make sim REPLAY=(\\S+).*", "$1");
    verdicts(Path.of(left));
  }

  /** A replay says whether the file's failure is there, another one, or none; and exits 1, 2, 0. */
  private void verdicts(Path left) throws Exception {
    var again = sim("MUTANT", BUG, "REPLAY", left.toString());
    assertTrue(again.contains("\nREPRODUCED " + left + " trace "), again);
    assertTrue(again.endsWith("exit 1"), again);
    var edited = dir.resolve("edited.sim");
    Files.writeString(edited, Files.readString(left).replaceFirst("trace .*", "trace 1"));
    var other = sim("MUTANT", BUG, "REPLAY", edited.toString());
    assertTrue(other.contains("\nDIFFERENT " + edited + " trace "), other);
    assertTrue(other.endsWith("exit 2"), other);
    var mended = sim("REPLAY", left.toString());
    assertTrue(mended.startsWith("PASSED " + left + " trace "), mended);
    assertTrue(mended.endsWith("exit 0"), mended);
    var early = sim("REPLAY", left.toString(), "UNTIL", "0.001", "NODE", "n1");
    assertTrue(early.contains("\nSTOPPED " + left + " trace "), early);
    assertFalse(early.contains("PASSED"), early);
    assertTrue(early.endsWith("exit 0"), early);
  }

  private static void refused(String why, String... pairs) {
    var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> Main.run(settings(pairs), out), why);
    assertTrue(thrown.getMessage().startsWith(why), thrown::getMessage);
  }

  private static String sim(String... pairs) {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var exit = Main.run(settings(pairs), out);
    return bytes.toString(StandardCharsets.UTF_8) + "exit " + exit;
  }

  private static Settings settings(String... pairs) {
    Map<String, String> values = new TreeMap<>();
    for (var i = 0; i < pairs.length; i += 2) values.put(pairs[i], pairs[i + 1]);
    return new Settings(values);
  }
}
