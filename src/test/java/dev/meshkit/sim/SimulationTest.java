package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The engine and its models, on a core that does next to nothing. */
class SimulationTest {
  private static final List<NodeId> NODES = GossipRuns.names(4);

  /** V2: the vectors of simulation.md §2. */
  @Test
  void chanceIsCountedByConcernAndKey() {
    assertEquals(0xe220a8397b1dcdafL, Chance.splitmix64(0));
    assertEquals(0x5f8e08da9f7ef5c6L, new Chance(42).draw("net", "a>b", 3));
    var draws = new Chance(42).of("net", "a>b");
    for (var k = 0; k < 3; k++) draws.nextLong();
    assertEquals(0x5f8e08da9f7ef5c6L, draws.nextLong());
  }

  /** V1: same arguments, same trace; another seed, another one. */
  @Test
  void aRunIsAFunctionOfItsSeed() {
    var first = toy(1, ops(1), List.of());
    assertEquals(first, toy(1, ops(1), List.of()));
    assertNotEquals(first.trace(), toy(8, ops(8), List.of()).trace());
    assertTrue(first.coverage().of(Coverage.Seen.CRASH_MID_STEP) > 0, first.coverage()::toString);
  }

  /** V2: a network fault between two nodes leaves what the others hear as it was. */
  @Test
  void takingAFaultAwayMovesNothingElse() {
    var cut = new Op.Timed(0, new Op.Cut("isolate", List.of(new Link(0, 1))));
    var without = lines(List.of());
    var with = lines(List.of(cut));
    assertTrue(without.stream().anyMatch(line -> line.contains("eu/n2 hears")));
    assertEquals(List.of(), difference(elsewhere(without), elsewhere(with)));
    assertTrue(with.stream().noneMatch(line -> line.matches(".*eu/n2 hears \\d+ from 0.*")));
  }

  /** V8: local time stays within ρ of virtual time, whatever is drawn. */
  @Test
  void clocksStayWithinTheirBound() {
    for (var seed = 0; seed < 50; seed++) {
      var clock = new SimClock(new Chance(seed).of("clock", "n1"));
      var before = clock.monotonic(0);
      for (var at = 1L; at < 300; at++) {
        var next = clock.monotonic(at * 1_000_000_000L);
        var step = (double) Duration.between(before, next).toNanos() / 1e9;
        assertTrue(step >= 0.9 - 1e-6 && step <= 1.1 + 1e-6, () -> "a second took " + step);
        before = next;
      }
    }
  }

  /** V4: woken at the promised time or before it, never after. */
  @Test
  void aClockSaysWhenToLookAgain() {
    var clock = new SimClock(new Chance(3).of("clock", "n1"));
    var due = clock.monotonic(0).plusSeconds(100);
    var at = 0L;
    for (var looks = 0; clock.monotonic(at).isBefore(due); looks++) {
      assertTrue(looks < 200, "never comes");
      at = clock.when(due, at);
    }
    assertTrue(Duration.between(due, clock.monotonic(at)).toNanos() < 10, "too late");
  }

  /** V4: only the timer that was set last fires, once, whatever comes of the others. */
  @Test
  void aSupersededTimerNeverFires() {
    Cores boot =
        node -> {
          var disk = new SimDisk<>(node.world().chance().of("disk", node.id().toString()), 0L);
          return new TreeMap<>(Map.of(ToyHost.CORE, new ToyHost(node, disk, false)));
        };
    var setup =
        new Setup(NODES, List.of(), SimNetwork.Climate.LAN, 1, 1, List.of(), boot, List.of());
    var node = new Simulation(setup, 1, new Transcript(List.of())).nodes().getFirst();
    node.start(); // it wants to be woken at once
    assertFalse(node.take(new Happening.Due(ToyHost.CORE, 5)), "another time was set");
    assertTrue(node.take(new Happening.Due(ToyHost.CORE, 0)));
    assertFalse(node.take(new Happening.Due(ToyHost.CORE, 0)), "it has fired");
  }

  /** V10: completed commits survive a crash, pending ones as a prefix. */
  @Test
  void aCrashKeepsAPrefixOfWhatWasPending() {
    var disk = new SimDisk<>(new Chance(1).of("disk", "n1"), 0);
    for (var state = 1; state <= 5; state++) disk.commit(state, 0);
    assertEquals(1, disk.complete());
    disk.crash(0.5);
    assertEquals(3, disk.durable());
    disk.commit(9, 0);
    disk.crash(0);
    assertEquals(3, disk.durable());
  }

  /** V26, V29: a livelock ends the run, and the report's first and last lines replay it. */
  @Test
  void aLivelockIsReportedAndCanBeReplayed() {
    var outcome = toy(7, ops(7), List.of(), true);
    assertFalse(outcome.passed());
    var lines = outcome.report().lines().toList();
    assertTrue(
        lines.getFirst().startsWith("SIM FAIL seed=7 scenario=toy LIVELOCK at "), lines::getFirst);
    var healthy = toy(7, ops(7), List.of(), false).events();
    assertTrue(outcome.events() <= 20_001 + healthy, outcome::report); // far less than 1 s of work
    assertTrue(lines.stream().anyMatch(line -> line.contains("Weather")), lines::toString);
    assertEquals("replay  make sim SEED=7 SCENARIO=toy", lines.getLast());
  }

  /** V17: all nodes' authority is looked at after every event, and ends without one. */
  @Test
  void authorityIsSeenWithoutBeingTold() {
    var apart = reigns(Duration.ofMillis(1_500)); // clocks differ by up to a tenth
    assertTrue(apart.passed(), () -> apart.report());
    var wrong = reigns(Duration.ofMillis(500)).violations().getFirst();
    assertEquals("S6", wrong.oracle());
    assertTrue(wrong.at() > Seconds.of(0.4) && wrong.at() < Seconds.of(0.7), wrong::toString);
  }

  /** The first node for a second from the start on, the second from {@code then} on. */
  private static Outcome reigns(Duration then) {
    Cores boot =
        node -> {
          var disk = new SimDisk<>(node.world().chance().of("disk", node.id().toString()), 0L);
          var toy = new ToyHost(node, disk, false);
          var fence = new Fence(Scope.GLOBAL, 1, 1 + node.number());
          if (node.number() == 0)
            toy.reigning(new ToyHost.Reign(fence, Duration.ZERO, Duration.ofSeconds(1)));
          if (node.number() == 1)
            toy.reigning(new ToyHost.Reign(fence, then, Duration.ofSeconds(9)));
          var hosts = new TreeMap<String, Host>();
          hosts.put(ToyHost.CORE, toy);
          hosts.put(Scope.GLOBAL.text(), toy);
          return hosts;
        };
    var setup =
        new Setup(
            NODES,
            List.of(Scope.GLOBAL),
            SimNetwork.Climate.LAN,
            Seconds.of(2),
            Seconds.of(1),
            List.of(),
            boot,
            List.of(new OneAuthority()));
    return new Simulation(setup, 1, new Transcript(List.of())).run("toy");
  }

  private static List<String> elsewhere(List<String> lines) {
    return lines.stream().filter(l -> l.contains("hears") && !l.contains("eu/n2 hears")).toList();
  }

  private static List<String> difference(List<String> one, List<String> other) {
    for (var i = 0; i < Math.max(one.size(), other.size()); i++) {
      var a = i < one.size() ? one.get(i) : "nothing";
      var b = i < other.size() ? other.get(i) : "nothing";
      if (!a.equals(b)) return List.of(a, b);
    }
    return List.of();
  }

  private static List<Op.Timed> ops(long seed) {
    var plan =
        new Nemesis.Plan(
            4, Seconds.of(20), Seconds.of(1), new Nemesis.Mix(4, 4, 2, 1, 1, 0, 0), 0.2);
    return Nemesis.schedule(plan, new Chance(seed).of("fault", "toy"));
  }

  private static List<String> lines(List<Op.Timed> ops) {
    var bytes = new java.io.ByteArrayOutputStream();
    var out = new java.io.PrintStream(bytes, true, java.nio.charset.StandardCharsets.UTF_8);
    toy(7, ops, List.of(out));
    return new ArrayList<>(
        bytes.toString(java.nio.charset.StandardCharsets.UTF_8).lines().toList());
  }

  private static Outcome toy(long seed, List<Op.Timed> ops, List<java.io.PrintStream> listeners) {
    return toy(seed, ops, listeners, false);
  }

  private static Outcome toy(
      long seed, List<Op.Timed> ops, List<java.io.PrintStream> listeners, boolean stuck) {
    var disks = new TreeMap<NodeId, SimDisk<Long>>();
    Cores boot =
        node -> {
          var disk =
              disks.computeIfAbsent(
                  node.id(),
                  id -> new SimDisk<>(node.world().chance().of("disk", id.toString()), 0L));
          var hosts = new TreeMap<String, Host>();
          hosts.put(ToyHost.CORE, new ToyHost(node, disk, stuck));
          return hosts;
        };
    var setup =
        new Setup(
            NODES,
            List.of(),
            SimNetwork.Climate.LAN,
            Seconds.of(20),
            Seconds.of(5),
            ops,
            boot,
            List.of());
    return new Simulation(setup, seed, new Transcript(listeners)).run("toy");
  }
}
