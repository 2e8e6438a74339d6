package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Change;
import dev.meshkit.election.Profile;
import dev.meshkit.election.Region;
import dev.meshkit.election.Seat;
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
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failed run becomes a short text that fails in the same way. */
class ShrinkerTest {
  private static final List<NodeId> NODES = GossipRuns.names(4);
  private static final NodeId FIRST = NODES.getFirst();

  @TempDir Path dir;

  /** V12: every kind of fault, as text and back, to the last digit. */
  @Test
  void scriptsComeBackWhole() {
    var seen = new TreeMap<String, Op.Timed>();
    for (var seed = 1L; seed <= 20; seed++) {
      var draws = new Chance(seed).of("fault", "script");
      var mix = new Nemesis.Mix(3, 3, 3, 1, 1, 1, 1);
      var ops =
          Nemesis.schedule(new Nemesis.Plan(4, Seconds.of(20), Seconds.of(1), mix, 0.2), draws);
      ops.addAll(Orders.schedule(NODES, Seconds.of(20), 20, draws));
      ops.addAll(Moves.membership(NODES, Seconds.of(20), 20, draws));
      ops.addAll(Moves.lagging(NODES, 0, Seconds.of(2), draws));
      ops.addAll(Moves.shortening(NODES, Profile.REGION, Seconds.of(20), draws));
      ops.addAll(Moves.transfers(NODES, Seconds.of(20), Seconds.of(2), draws));
      ops.addAll(new DiskOps(NODES, Seconds.of(2), draws).store(true));
      ops.addAll(new DiskOps(NODES, Seconds.of(2), draws).genesis());
      ops.addAll(new DiskOps(NODES, Seconds.of(2), draws).broken(Seconds.of(20), 5));
      ops.addAll(new ClockRuns(draws, false).setup().ops());
      ops.add(new Op.Timed(seed, new Op.Act(Op.LEADER, 5 * seed)));
      ops.add(new Op.Timed(seed, new Op.Mumble(1, draws.unit())));
      ops.addAll(Tales.draw(4, List.of(Scope.GLOBAL, Scope.region("eu")), 0, 9, draws));
      for (var kind : Op.Forged.values())
        ops.add(new Op.Timed(seed, new Op.Forge(1, Op.LEADER, kind, 3 * seed)));
      ops.add(new Op.Timed(seed, new Op.Slow(Op.LEADER, 100, 7 * seed)));
      var founder = new Seat(NODES.getFirst(), ElectionRuns.store(NODES.getFirst(), 0), 10);
      var region =
          new Change.AddRegion(founder.node().region(), founder); // in scripts by hand only
      ops.add(new Op.Timed(seed, new Op.Order(-1, "r" + seed, false, region)));
      var later = new Change.RenewRegion(new Region(founder.node().region(), 2, founder));
      ops.add(new Op.Timed(seed, new Op.Order(-1, "n" + seed, false, later)));
      var script =
          new Script("election/record", seed, "S8", -7 * seed, new Schedule(ops, some(seed)));
      assertEquals(script, Script.parse(script.text()));
      for (var op : ops) seen.put(kind(op.op()), op);
    }
    var orders = Change.class.getPermittedSubclasses().length - 1;
    assertEquals(Op.class.getPermittedSubclasses().length + orders, seen.size(), seen::toString);
  }

  private static String kind(Op op) {
    return op instanceof Op.Order order
        ? order.change().getClass().getSimpleName()
        : op.getClass().getSimpleName();
  }

  /** V12: a file edited by hand is refused with the line that is wrong. */
  @Test
  void whatIsNoScriptIsRefused() {
    var good = "scenario toy\nseed 1\noracle X\ntrace f\n";
    assertEquals(new Script("toy", 1, "X", 15, Schedule.of(List.of())), Script.parse(good));
    for (var line :
        List.of(
            "5 heal now",
            "5 crash 1 NOW",
            "x heal",
            "5 cut star n1",
            "5 explode",
            "5 isolate 1 yes no",
            "sizes 4 5"))
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> Script.parse(good + line))
              .getMessage()
              .contains(line));
    assertThrows(IllegalArgumentException.class, () -> Script.parse("scenario toy\nseed 1"));
  }

  /** V28: of two bugs only the one that fired first is kept, and nothing it does not need. */
  @Test
  void onlyTheFaultsOfOneBugRemain() {
    var failed = toy(Schedule.of(schedule()));
    assertEquals("N1", failed.violations().getFirst().oracle());
    var other = schedule().stream().filter(op -> !restarts(op, 0)).toList();
    assertEquals("N2", toy(Schedule.of(other)).violations().getFirst().oracle());
    var shrunk = Shrinker.shrink(failed, ShrinkerTest::toy);
    assertEquals("N1", shrunk.violations().getFirst().oracle());
    assertEquals(schedule().stream().filter(op -> restarts(op, 0)).toList(), shrunk.ops());
    assertTrue(failed.report(shrunk).contains("  4 of 9 ops remain; "));
  }

  /** V28: when its time is up no run begins, and what it has by then is the same bug. */
  @Test
  void shrinkingEndsWhenItsTimeIsUp() {
    var failed = toy(Schedule.of(schedule()));
    var runs = new AtomicInteger();
    Function<Schedule, Outcome> run =
        schedule -> {
          runs.incrementAndGet();
          return toy(schedule);
        };
    var shrunk = Shrinker.shrink(failed, run, () -> runs.get() == 3);
    assertEquals(3, runs.get());
    assertEquals("N1", shrunk.violations().getFirst().oracle());
    assertTrue(shrunk.ops().size() < failed.ops().size(), () -> "" + shrunk.ops());
    assertEquals(failed, Shrinker.shrink(failed, run, () -> true));
    assertEquals(3, runs.get());
  }

  /** V28: a failure has less than a minute, from when it is looked at on. */
  @Test
  void eachFailureHasATimeOfItsOwn() {
    var failed = toy(Schedule.of(schedule()));
    var asked = new ArrayList<Duration>();
    var said = new ByteArrayOutputStream();
    var failures =
        new Failures(
            dir,
            new PrintStream(said, true, StandardCharsets.UTF_8),
            length -> {
              asked.add(length);
              return () -> true;
            });
    for (var i = 0; i < 2; i++) failures.add(failed, (_, schedule, _) -> toy(schedule));
    assertEquals(2, asked.size());
    for (var length : asked)
      assertTrue(length.compareTo(Duration.ofMinutes(1)) < 0, length::toString);
    assertTrue(
        said.toString(StandardCharsets.UTF_8).contains("  9 of 9 ops remain; "), said::toString);
  }

  /** V28: nodes that the bug does not need never run, and nothing comes after it. */
  @Test
  void onlyTheNodesAndPhasesOfOneBugRemain() {
    var failed = toy(Schedule.of(schedule()));
    var shrunk = Shrinker.shrink(failed, ShrinkerTest::toy);
    var sizes = new Schedule.Sizes(4, new TreeSet<>(List.of(1, 2, 3)), Seconds.of(7), 0);
    assertEquals(sizes, shrunk.schedule().sizes());
    var said = failed.report(shrunk);
    assertTrue(said.contains("; 1 of 4 nodes run, not [1, 2, 3]; it ends by 7.000000s:\n"), said);
    var script = Script.parse(Script.of(shrunk).text());
    assertEquals("REPRODUCED", script.judge(toy(script.schedule())));
  }

  /** V28: but what is judged in the calm is judged of all nodes, after as long a calm. */
  @Test
  void aFailureOfTheCalmKeepsItsNodesAndTheCalm() {
    Function<Schedule, Outcome> run =
        schedule -> toy(schedule, new AtomicReference<>(), new StopsByTheEnd());
    var failed = run.apply(Schedule.of(schedule().subList(0, 3)));
    assertEquals("N3", failed.violations().getFirst().oracle());
    var shrunk = Shrinker.shrink(failed, run);
    assertEquals(schedule().subList(2, 3), shrunk.ops());
    var sizes = new Schedule.Sizes(4, new TreeSet<>(), Seconds.of(3), Seconds.of(5));
    assertEquals(sizes, shrunk.schedule().sizes());
  }

  /** V28: times are as round as the bug lets them be, in their order. */
  @Test
  void timesAreRounded() {
    var crash = new Op.Timed(Seconds.of(1.234567), crash(0));
    var early = new Op.Timed(Seconds.of(1.345678), new Op.Restart(0));
    var late = new Op.Timed(Seconds.of(3.123456), crash(0));
    var later = new Op.Timed(Seconds.of(3.987654), new Op.Restart(0));
    Function<Schedule, Outcome> run =
        schedule -> {
          var world = new AtomicReference<Simulation>();
          return toy(schedule, world, new StartsLate(world, Seconds.of(3.95)));
        };
    var failed = run.apply(Schedule.of(List.of(crash, early, late, later)));
    assertEquals("N4", failed.violations().getFirst().oracle());
    var shrunk = Shrinker.shrink(failed, run);
    var round =
        List.of(new Op.Timed(Seconds.of(3), late.op()), new Op.Timed(3_980_000_000L, later.op()));
    assertEquals(round, shrunk.ops());
  }

  private static Schedule.Sizes some(long seed) {
    if (seed == 1) return Schedule.Sizes.DRAWN;
    var absent = new TreeSet<>(List.of(3, (int) seed));
    return new Schedule.Sizes(20, absent, 7 * seed, seed == 2 ? -1 : seed);
  }

  /** V26: what a failure leaves is judged by oracle and trace. */
  @Test
  void aReplayIsJudgedByOracleAndTrace() {
    var failed = toy(Schedule.of(schedule()));
    var script = Script.of(failed);
    assertEquals("REPRODUCED", script.judge(toy(Script.parse(script.text()).schedule())));
    assertEquals("PASSED", script.judge(toy(Schedule.of(List.of()))));
    assertEquals("DIFFERENT", script.judge(Shrinker.shrink(failed, ShrinkerTest::toy)));
  }

  /** V12: {@code make sim REPLAY=file} runs the faults of the file, none else. */
  @Test
  void makeSimReplaysAFile() throws Exception {
    var cut = "1000000000 cut isolate n1>n2 n2>n1";
    var text = "scenario election/chaos\nseed 7\noracle S1\ntrace 1\n" + cut + "  # by hand\n";
    var file = Files.writeString(dir.resolve("hand.sim"), text);
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var exit = Main.run(new Settings(Map.of("REPLAY", file.toString(), "VERBOSE", "1")), out);
    var said = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(0, exit, said);
    assertEquals(1, said.lines().filter(line -> line.contains("** ")).count());
    assertTrue(said.lines().toList().getLast().startsWith("PASSED " + file), said);
  }

  private static boolean restarts(Op.Timed timed, int whom) {
    return switch (timed.op()) {
      case Op.Crash(var node, _, _) -> node == whom;
      case Op.Restart(var node) -> node == whom;
      default -> false;
    };
  }

  /** The second bug needs all but the last fault before the first one fires. */
  private static List<Op.Timed> schedule() {
    return List.of(
        new Op.Timed(Seconds.of(1), crash(0)),
        new Op.Timed(Seconds.of(2), new Op.Restart(0)),
        new Op.Timed(Seconds.of(3), crash(1)),
        new Op.Timed(Seconds.of(4), new Op.Heal()),
        new Op.Timed(Seconds.of(5), crash(0)),
        new Op.Timed(Seconds.of(6), new Op.Heal()),
        new Op.Timed(Seconds.of(7), new Op.Restart(0)),
        new Op.Timed(Seconds.of(7), new Op.Restart(1)),
        new Op.Timed(Seconds.of(8), new Op.Heal()));
  }

  private static Op crash(int node) {
    return new Op.Crash(node, Op.Moment.NOW, 0);
  }

  /** Two planted bugs: the first node must not start three times, the second not twice. */
  private static Outcome toy(Schedule schedule) {
    var first = new StartsOften("N1", FIRST, 3);
    var second = new StartsOften("N2", NODES.get(1), 2);
    return toy(schedule, new AtomicReference<>(), first, second);
  }

  private static Outcome toy(
      Schedule schedule, AtomicReference<Simulation> world, Oracle... oracles) {
    var disks = new TreeMap<NodeId, SimDisk<Long>>();
    Cores boot =
        node -> {
          world.set(node.world());
          var chance = node.world().chance().of("disk", node.id().toString());
          var disk = disks.computeIfAbsent(node.id(), _ -> new SimDisk<>(chance, 0L));
          var hosts = new TreeMap<String, Host>();
          hosts.put(ToyHost.CORE, new ToyHost(node, disk, false));
          return hosts;
        };
    var setup =
        new Setup(
            NODES,
            List.of(),
            SimNetwork.Climate.LAN,
            Seconds.of(20),
            Seconds.of(5),
            List.of(),
            boot,
            List.of(oracles));
    return new Simulation(setup.with(schedule), 3, new Transcript(List.of())).run("toy");
  }

  /** One of four is down when the calm is over. */
  private static final class StopsByTheEnd implements Oracle {
    private int running;

    @Override
    public String name() {
      return "N3";
    }

    @Override
    public String see(Sight sight) {
      if (sight instanceof Sight.Started) running++;
      if (sight instanceof Sight.Stopped) running--;
      return sight instanceof Sight.Calm && running < NODES.size() ? "only " + running : "";
    }
  }

  /** The first node must not start from a time on. */
  private static final class StartsLate implements Oracle {
    private final AtomicReference<Simulation> world;
    private final long from;

    StartsLate(AtomicReference<Simulation> world, long from) {
      this.world = world;
      this.from = from;
    }

    @Override
    public String name() {
      return "N4";
    }

    @Override
    public String see(Sight sight) {
      var late = sight.equals(new Sight.Started(FIRST)) && world.get().now() >= from;
      return late ? "too late" : "";
    }
  }

  private static final class StartsOften implements Oracle {
    private final String name;
    private final NodeId node;
    private int left;

    StartsOften(String name, NodeId node, int most) {
      this.name = name;
      this.node = node;
      this.left = most;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String see(Sight sight) {
      if (!sight.equals(new Sight.Started(node))) return "";
      return --left > 0 ? "" : node + " has started too often";
    }
  }
}
