package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code make sim-nightly} does, without an hour of it. */
class NightlyTest {
  private static final List<Op.Timed> FAULTS =
      List.of(
          new Op.Timed(Seconds.of(0.5), new Op.Heal()),
          new Op.Timed(Seconds.of(1), new Op.Crash(0, Op.Moment.NOW, 0)),
          new Op.Timed(Seconds.of(2), new Op.Restart(0)),
          new Op.Timed(Seconds.of(3), new Op.Heal()));

  @TempDir Path dir;

  /** V31: each day has seeds of its own, which are printed; the first repeats the day. */
  @Test
  void seedsRotateByTheDayAndArePrinted() {
    var monday = night(Map.of("SCENARIO", "gossip/crash"), 3, 5);
    assertTrue(monday.startsWith("seeds from 3145728 on;"), monday);
    assertTrue(monday.contains("\nseeds 3145728-31457"), monday);
    assertTrue(monday.matches("(?s).* events, [0-9.]+ virtual hours\n0 failed\nexit 0"), monday);
    var tuesday = night(Map.of("SCENARIO", "gossip/crash"), 4, 5);
    assertTrue(tuesday.startsWith("seeds from 4194304 on;"), tuesday);
    var again = night(Map.of("SCENARIO", "gossip/crash", "FIRST", "3145728"), 9, 5);
    assertEquals(monday, again);
  }

  /** V1, V31: one worker comes to what three come to. */
  @Test
  void theNumberOfWorkersChangesNothing() {
    var one = Map.of("SCENARIO", "gossip/crash", "WORKERS", "1");
    var three = Map.of("SCENARIO", "gossip/crash", "WORKERS", "3");
    assertEquals(night(one, 3, 8), night(three, 3, 8));
    var wrong = assertThrows(IllegalArgumentException.class, () -> new Workers(0));
    assertTrue(wrong.getMessage().contains("WORKERS=0"), wrong::getMessage);
  }

  /** V32: a failure leaves faults, transcript and seed, each to be used as it is. */
  @Test
  void aFailureLeavesItsFiles() throws Exception {
    var said = new ByteArrayOutputStream();
    var failures = new Failures(dir, new PrintStream(said, true, StandardCharsets.UTF_8));
    for (var i = 0; i < 4; i++)
      failures.add(broken(7, Schedule.of(FAULTS), List.of()), NightlyTest::broken);
    var script = Script.parse(Files.readString(dir.resolve("gossip-crash-7.sim")));
    assertEquals("BROKEN", script.oracle());
    assertEquals(FAULTS.subList(1, 3), script.ops(), "two faults are enough for it");
    var replayed = broken(script.seed(), script.schedule(), List.of());
    assertEquals("REPRODUCED", script.judge(replayed));
    var transcript = Files.readAllLines(dir.resolve("gossip-crash-7.txt"));
    assertEquals("1.000000s -- eu/n1 is gone", transcript.get(1), transcript::toString);
    var line = "gossip/crash 7  # BROKEN eu/n1 started again";
    assertEquals(List.of(line, line, line), Files.readAllLines(dir.resolve("seeds.txt")));
    var text = said.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("SIM FAIL seed=7 scenario=gossip/crash BROKEN at "), text);
    assertTrue(text.endsWith("BROKEN, the 4th like that\n"), text);
    assertEquals(4, failures.count());
  }

  /** V31: it ends when its time is up, and fails if anything did. */
  @Test
  void aFailureFailsTheNight() {
    var failures = new Failures(dir, new PrintStream(new ByteArrayOutputStream(), true));
    failures.add("something");
    var out = new PrintStream(new ByteArrayOutputStream(), true);
    assertEquals(1, Nightly.run(new Settings(Map.of()), 3, out, failures, () -> true));
  }

  /** V21, V22: a night asks for as much more than {@code make sim} as it ran more seeds. */
  @Test
  void aNightThatSawTooLittleFails() {
    var whole = idle(false, 50 * 20); // fifty times a campaign, in twenty rounds each
    var elections = 50 * Scenario.ELECTION_CHAOS.usual();
    var gossips = 50 * Scenario.GOSSIP_LOSS.usual();
    for (var wrong : Idle.vacuous(elections, gossips)) assertTrue(whole.contains(wrong), whole);
    assertTrue(whole.endsWith(" failed\nexit 1"), whole);
    var half = idle(false, 10); // half of a campaign is not asked what it saw
    assertTrue(half.endsWith("\n0 failed\nexit 0"), half);
    var one = idle(true, 20); // nor is one that was asked for by name what all should have seen
    var pauses = Scenario.ELECTION_CHAOS.usual() / 5;
    assertTrue(one.contains("VACUOUS: saw 0 of " + pauses + " PAUSE"), one);
    assertFalse(one.contains("SPLIT_VOTE"), one);
  }

  /** A night of so many rounds in which nothing happens. */
  private String idle(boolean named, int rounds) {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var campaigns =
        Stream.of(Scenario.ELECTION_CHAOS, Scenario.GOSSIP_LOSS)
            .map(one -> Idle.campaign(one).endless())
            .toList();
    var settings = new Settings(named ? Map.of("SCENARIO", "election/chaos") : Map.of());
    var runs = campaigns.stream().mapToLong(one -> one.scenario().usual()).sum() * rounds / 20;
    var late = after(Math.toIntExact(runs) + campaigns.size() * rounds);
    var exit = Nightly.run(settings, 3, out, new Failures(dir, out), late, campaigns);
    return bytes.toString(StandardCharsets.UTF_8) + "exit " + exit;
  }

  private String night(Map<String, String> settings, long day, int seeds) {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var failures = new Failures(dir, out);
    var exit = Nightly.run(new Settings(settings), day, out, failures, after(seeds));
    return bytes.toString(StandardCharsets.UTF_8) + "exit " + exit;
  }

  private static BooleanSupplier after(int looks) {
    var left = new int[] {looks};
    return () -> left[0]-- <= 0;
  }

  /** Nodes that do nothing, of which the first must not start twice. */
  private static Outcome broken(long seed, Schedule schedule, List<PrintStream> listeners) {
    var nodes = GossipRuns.names(2);
    var setup =
        new Setup(
            nodes,
            List.of(),
            SimNetwork.Climate.LAN,
            Seconds.of(4),
            Seconds.of(1),
            schedule.ops(),
            _ -> new TreeMap<>(),
            List.of(new StartsTwice(nodes.getFirst())));
    return new Simulation(setup.with(schedule), seed, new Transcript(listeners))
        .run("gossip/crash");
  }

  private static final class StartsTwice implements Oracle {
    private final NodeId node;
    private boolean started;

    StartsTwice(NodeId node) {
      this.node = node;
    }

    @Override
    public String name() {
      return "BROKEN";
    }

    @Override
    public String see(Sight sight) {
      if (!sight.equals(new Sight.Started(node))) return "";
      var again = started;
      started = true;
      return again ? node + " started again" : "";
    }
  }
}
