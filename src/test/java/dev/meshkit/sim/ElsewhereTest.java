package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** V1: one seed of a hundred comes to the same in a JVM that has just begun. */
class ElsewhereTest {
  private static final String CRASH = Scenario.GOSSIP_CRASH.toString();

  /** V1: another JVM, with hash codes of its own, sees the same; {@code make sim} says so. */
  @Test
  void anotherJvmSeesTheSameTraces() {
    var campaigns =
        List.of(new Campaign(Scenario.ELECTION_RECORD), new Campaign(Scenario.MESH_BOTH));
    var said = sim(campaigns, Elsewhere.inProcesses());
    assertTrue(said.contains("\n2 of 2 seeds have the same trace in a JVM of their own\n"), said);
    assertTrue(said.endsWith("2 passed, 0 failed\nexit 0"), said);
  }

  /** V1: of each scenario the first of every hundred seeds is run there, and no other. */
  @Test
  void oneSeedOfAHundredRunsElsewhere() {
    var asked = new ArrayList<String>();
    Elsewhere.Jvm there =
        arguments -> {
          asked.addAll(arguments);
          return List.of(Ran.of(Scenario.GOSSIP_CRASH.run(1)).toString());
        };
    var two = Map.of("COUNT", "2");
    var said = sim(two, List.of(new Campaign(Scenario.GOSSIP_CRASH)), new Elsewhere(there)::repeat);
    assertEquals(List.of(CRASH, "1"), asked, said);
    assertTrue(said.endsWith("2 passed, 0 failed\nexit 0"), said);
  }

  /** V1: what differs there fails the campaign, with the first event that does. */
  @Test
  void aDifferenceIsAFailureWithItsFirstEvent() {
    var one = Ran.of(Scenario.GOSSIP_CRASH.run(1));
    var lines = new ByteArrayOutputStream();
    var whole = new PrintStream(lines, true, StandardCharsets.UTF_8);
    Scenario.GOSSIP_CRASH.run(1, List.of(whole));
    var other = new ArrayList<>(lines.toString(StandardCharsets.UTF_8).lines().toList());
    other.set(3, "something else");
    Elsewhere.Jvm there =
        arguments ->
            arguments.size() == 3
                ? other
                : List.of(new Ran(CRASH, 1, one.trace() + 1, one.events()).toString());
    var said = sim(List.of(new Campaign(Scenario.GOSSIP_CRASH)), new Elsewhere(there)::repeat);
    assertTrue(said.contains("NONDETERMINISM " + one + ", in another JVM " + CRASH), said);
    assertTrue(said.contains(": event 3 is '"), said);
    assertTrue(said.contains("' here and 'something else' there\n"), said);
    assertTrue(said.endsWith("1 passed, 1 failed\nexit 1"), said);
  }

  /** V1: a night asks once there are enough, and at its end. */
  @Test
  void whatIsTooLittleForAJvmWaits() {
    var campaign = new Campaign(Scenario.GOSSIP_CRASH);
    var one = Scenario.GOSSIP_CRASH.run(1);
    campaign.addRepeated(one);
    var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    var elsewhere = new Elsewhere(_ -> List.of(Ran.of(one).toString()));
    var failures = new Failures(Failures.PLACE, out);
    elsewhere.repeat(List.of(campaign), 2, failures, out);
    assertEquals(List.of(Ran.of(one)), campaign.repeated());
    elsewhere.repeat(List.of(campaign), 1, failures, out);
    assertEquals(List.of(), campaign.repeated());
    assertEquals(0, failures.count());
  }

  private static String sim(List<Campaign> campaigns, Elsewhere.Repeats elsewhere) {
    return sim(Map.of("COUNT", "1"), campaigns, elsewhere);
  }

  private static String sim(
      Map<String, String> settings, List<Campaign> campaigns, Elsewhere.Repeats elsewhere) {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var exit = Main.run(new Settings(settings), out, campaigns, elsewhere);
    return bytes.toString(StandardCharsets.UTF_8) + "exit " + exit;
  }
}
