package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Change;
import dev.meshkit.election.Profile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A leader dies at each microsecond of a change at which anything happens, from the command to long
 * after its commit; or amid what its next step does, after a part of that which the seed draws.
 */
class CrashPointsTest {
  private static final List<NodeId> NODES = GossipRuns.names(3);
  private static final long ASKED = Seconds.of(2);

  /**
   * E9, E10: what was answered {@code Applied} is in every later record; what was not ends in one
   * of two fates, which the next change tells apart; a retry lands once either way.
   */
  @Test
  void noCrashPointLosesACommittedChange() {
    var fates = new TreeSet<Long>();
    for (var seed = 1L; seed <= 5; seed++) {
      var points = points(seed);
      assertTrue(points.size() > 10, points::toString);
      for (var at : points)
        for (var moment : List.of(Op.Moment.NOW, Op.Moment.MID_STEP))
          for (var keep : List.of(0.0, 1.0))
            fates.add(fate(seed, new Op.Timed(at, new Op.Crash(Op.LEADER, moment, keep))));
    }
    assertEquals(List.of(2L, 3L), List.copyOf(fates), "both fates were met");
  }

  /** The version of the change after the crash: one more if the one before it was kept. */
  private static long fate(long seed, Op.Timed crash) {
    var answers = new Answers();
    var setup = setup(List.of(crash), List.of(answers));
    var outcome = new Simulation(setup, seed, new Transcript(List.of())).run("toy");
    assertTrue(outcome.passed(), outcome::report);
    assertEquals(answers.early ? 2 : 3, answers.version("c1"), crash::toString);
    if (answers.early) assertEquals(3, answers.version("c2"), crash::toString);
    return answers.version("c2");
  }

  /** The instants at which something happens from the command on, without a crash. */
  private static List<Long> points(long seed) {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var outcome =
        new Simulation(setup(List.of(), List.of()), seed, new Transcript(List.of(out))).run("toy");
    assertTrue(outcome.passed(), outcome::report);
    var points = new TreeSet<Long>();
    for (var line : bytes.toString(StandardCharsets.UTF_8).lines().toList())
      points.add(micros(line) * 1000);
    return List.copyOf(points.subSet(ASKED, ASKED + Seconds.of(0.3)));
  }

  private static long micros(String line) {
    return Math.round(Double.parseDouble(line.substring(0, line.indexOf('s'))) * 1e6);
  }

  private static Setup setup(List<Op.Timed> crash, List<Oracle> more) {
    var ops = new ArrayList<>(crash);
    ops.addFirst(new Op.Timed(ASKED, order("c1")));
    for (var node = 0; node < NODES.size(); node++)
      ops.add(new Op.Timed(Seconds.of(6), new Op.Restart(node)));
    ops.add(new Op.Timed(Seconds.of(6), order("c2")));
    ops.add(new Op.Timed(Seconds.of(7), order("c1")));
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.addAll(more);
    var scopes = List.of(Scope.GLOBAL);
    return new Setup(
        NODES,
        scopes,
        SimNetwork.Climate.LAN,
        Seconds.of(7),
        Seconds.of(3),
        ops,
        new ElectionRuns.Boot(scopes, NODES, Profile.REGION, false),
        oracles);
  }

  private static Op order(String id) {
    var gate = OrderedGates.gate(id, 0, 1);
    return new Op.Order(Op.LEADER, id, false, new Change.SetGate(gate));
  }

  /** What the operators heard; objects to nothing. */
  private static final class Answers implements Oracle {
    private final Map<String, Long> applied = new TreeMap<>();
    private boolean crashed;
    private boolean early; // c1 was answered before the crash

    @Override
    public String name() {
      return "answers";
    }

    @Override
    public String see(Sight sight) {
      if (sight instanceof Sight.Stopped) crashed = true;
      if (sight instanceof Sight.Applied(_, var command, var version)) {
        applied.putIfAbsent(command, version);
        early |= !crashed;
      }
      return "";
    }

    /** With which version a command was first said to be applied. */
    long version(String command) {
      return applied.getOrDefault(command, -1L);
    }
  }
}
