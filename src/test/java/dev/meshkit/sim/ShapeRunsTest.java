package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What {@code election/shapes} does is what simulation.md §3 says by these names. */
class ShapeRunsTest {
  private static final int NODES = 5;
  private static final long PROMISE = 600_000_000L;
  private static final long CHAOS = Seconds.of(60);

  /** One after the other, each once, and nobody else at the time. */
  @Test
  void rollingCutsOffOneAtATime() {
    for (var seed = 1; seed <= 20; seed++) {
      for (var block : blocks(seed, ShapeRuns.ROLLING)) {
        var who = block.stream().map(ShapeRunsTest::cutOff).toList();
        who.forEach(one -> assertEquals(1, one.size(), who::toString));
        assertEquals(NODES, new TreeSet<>(who.stream().map(List::getFirst).toList()).size());
      }
    }
  }

  /** Ever more of them, then ever fewer, in another order than they went. */
  @Test
  void swizzleRestoresInAnotherOrder() {
    var turned = 0;
    for (var seed = 1; seed <= 20; seed++) {
      for (var block : blocks(seed, ShapeRuns.SWIZZLE)) {
        var who = block.stream().map(ShapeRunsTest::dead).toList();
        var most = who.stream().mapToInt(List::size).max().orElse(0);
        if (most == NODES) continue; // all but one are gone, and so is that one
        for (var i = 0; i < who.size(); i++)
          assertEquals(most - Math.abs(most - 1 - i), who.get(i).size(), who::toString);
        var last = who.get(most - 2).containsAll(who.get(most)); // who went last comes back first
        if (!last) turned++;
      }
    }
    assertTrue(turned > 20, () -> "too often in the order in which they went");
  }

  /** Two take turns, or one and none, in a period of about a promise or a tenure. */
  @Test
  void flipFlopLastsAsLongAsAPromise() {
    var flips = 0;
    for (var seed = 1; seed <= 20; seed++) {
      var ops = new ShapeRuns(draws(seed), false).moving(NODES, PROMISE, CHAOS);
      for (var i = 0; i < ops.size() - 1; i++) {
        if (!isOf(ops.get(i), ShapeRuns.FLIP_FLOP)) continue;
        var half = ops.get(i + 1).at() - ops.get(i).at();
        assertTrue(2 * half >= 0.7 * PROMISE - 2, () -> half + " ns");
        assertTrue(2 * half <= 1.3 * PROMISE + 2, () -> half + " ns");
        flips++;
      }
    }
    assertTrue(flips > 100, "this shows little");
  }

  /** What comes while a step lasts waits; at a hundred times 20 µs a step, none is within 2 ms. */
  @Test
  void aSlowProcessTakesItsTimeForEachStep() {
    var slow = new Op.Timed(0, new Op.Slow(1, 100, Seconds.of(2)));
    assertTrue(closest(List.of()) < 1_000, "else this shows nothing");
    assertTrue(closest(List.of(slow)) >= 100 * SlowSteps.STEP / 1_000, "a step took less");
    var slower = new Op.Timed(0, new Op.Slow(1, 50, Seconds.of(2)));
    var half = closest(List.of(slower));
    assertTrue(half >= 50 * SlowSteps.STEP / 1_000 && half < 2_000, () -> half + " µs");
  }

  /** V1, V22: a few seeds see every kind, are judged by all oracles, and elect in the calm. */
  @Test
  void eachKindIsMet() {
    var campaign = new Campaign(Scenario.ELECTION_SHAPES).seeds(1, 2);
    campaign.failures().forEach(failure -> assertTrue(failure.passed(), failure::report));
    assertEquals(List.of(), campaign.vacuous());
    assertNotEquals(List.of(), new Campaign(Scenario.ELECTION_SHAPES).vacuous());
  }

  private static Draws draws(long seed) {
    return new Chance(seed).of("fault", "shapes");
  }

  private static boolean isOf(Op.Timed op, String shape) {
    return op.op() instanceof Op.Cut cut && cut.shape().equals(shape);
  }

  /** The cuts of one shape that follow each other, each until a heal; the last may be cut short. */
  private static List<List<Op.Cut>> blocks(long seed, String shape) {
    var blocks = new ArrayList<List<Op.Cut>>();
    var block = new ArrayList<Op.Cut>();
    for (var op : new ShapeRuns(draws(seed), false).moving(NODES, PROMISE, CHAOS)) {
      if (isOf(op, shape)) block.add((Op.Cut) op.op());
      if (!(op.op() instanceof Op.Heal) || block.isEmpty()) continue;
      blocks.add(List.copyOf(block));
      block.clear();
    }
    assertTrue(blocks.size() > 2, blocks::toString);
    return blocks;
  }

  /** Who neither sends nor hears, or one of the two. */
  private static List<Integer> cutOff(Op.Cut cut) {
    var who = new ArrayList<Integer>();
    for (var node = 0; node < NODES; node++) {
      var it = node;
      var sent = cut.links().stream().filter(link -> link.from() == it).count();
      var heard = cut.links().stream().filter(link -> link.to() == it).count();
      if (sent == NODES - 1 || heard == NODES - 1) who.add(node);
    }
    return who;
  }

  /** Who neither sends nor hears. */
  private static List<Integer> dead(Op.Cut cut) {
    var who = new ArrayList<Integer>();
    for (var node = 0; node < NODES; node++) {
      var it = node;
      if (cut.links().stream().filter(l -> l.from() == it || l.to() == it).count() == 2 * NODES - 2)
        who.add(node);
    }
    return who;
  }

  /** The least time between two frames that the second of four takes, microseconds. */
  private static long closest(List<Op.Timed> ops) {
    List<NodeId> nodes = GossipRuns.names(4);
    Cores boot =
        node -> {
          var disk = new SimDisk<>(node.world().chance().of("disk", node.id().toString()), 0L);
          return new TreeMap<>(Map.of(ToyHost.CORE, new ToyHost(node, disk, false)));
        };
    var setup =
        new Setup(nodes, List.of(), SimNetwork.Climate.LAN, 1, Seconds.of(1), ops, boot, List.of());
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    new Simulation(setup, 1, new Transcript(List.of(out))).run("toy");
    var least = Long.MAX_VALUE;
    var before = -1_000_000L;
    for (var line : bytes.toString(StandardCharsets.UTF_8).lines().toList()) {
      if (!line.contains("s eu/n2 hears ")) continue;
      var at = Math.round(Double.parseDouble(line.substring(0, line.indexOf('s'))) * 1e6);
      least = Math.min(least, at - before);
      before = at;
    }
    return least;
  }
}
