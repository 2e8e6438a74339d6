package dev.meshkit.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.meshkit.gossip.Timing;
import dev.meshkit.sim.SimMutants;
import dev.meshkit.sim.SimMutants.Death;
import dev.meshkit.sim.SimShrink;
import dev.meshkit.sim.SimShrink.Kept;
import dev.meshkit.sim.SimSpread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the benchmarks of the simulator count, and what they judge by. */
class SimBenchesTest {
  /** V28: twenty failures are kept, of as many bugs. */
  @Test
  void twentyFailuresAreKept() throws Exception {
    var bugs = SimShrink.kept().stream().map(Kept::bug).toList();
    assertEquals(20, bugs.size());
    assertEquals(20, new TreeSet<>(bugs).size());
  }

  /** V28: one that passes by now measures nothing; with no time, nothing is removed. */
  @TestFactory
  Stream<DynamicTest> eachOfThemStillFails() throws Exception {
    return SimShrink.kept().stream()
        .map(
            kept ->
                dynamicTest(
                    kept.bug(),
                    () -> {
                      var none = kept.shrunk(Duration.ZERO);
                      assertEquals(none.before(), none.left());
                    }));
  }

  /** V28: one of them, whatever the time: what is left is what the bug needs. */
  @Test
  void oneOfThemIsMadeSmaller() throws Exception {
    var kept = SimShrink.kept().stream().filter(one -> one.bug().equals("κ = 1")).toList();
    var shrunk = kept.getFirst().shrunk(Duration.ofDays(1));
    assertTrue(shrunk.left() <= 8 && shrunk.left() < shrunk.before(), shrunk::toString);
    assertEquals(shrunk, kept.getFirst().shrunk(Duration.ofDays(1)), "the same each time");
  }

  @Test
  void shrinkingIsJudgedByItsMedianAndItsLongest() {
    var numbers = ShrinkBench.numbers(List.of(9, 1, 8), List.of(2.0, 61.0, 1.0));
    assertEquals(8, numbers.get("left_median").getAsInt());
    assertEquals(2.0, numbers.get("seconds_median").getAsDouble());
    assertEquals(
        List.of("seconds_max ≤ 60.0"),
        Measuring.judged(numbers, ShrinkBench.TARGETS).get("missed"));
  }

  /** V20: seeds are counted, of a campaign all of it; who lived is told apart. */
  @Test
  void aDeathIsReadFromWhatTheHuntSays() {
    assertEquals(new Death("a", "S8", 17), SimMutants.death("a", "S8 seed 17: two\ncontents"));
    assertEquals(new Death("b", "V19", 150), SimMutants.death("b", "V19 seeds 1–150: late"));
    assertEquals(new Death("c", "", 2_000), SimMutants.death("c", ""));
  }

  @Test
  void survivorsAndAHighMedianMissTheTargets() {
    var deaths =
        List.of(new Death("a", "S1", 1), new Death("b", "S2", 51), new Death("c", "", 2_000));
    var numbers = MutantBench.numbers(deaths);
    assertEquals(51, numbers.get("seeds_median").getAsInt());
    assertEquals("[c, b, a]", numbers.getAsJsonObject("seeds").keySet().toString());
    assertEquals(
        List.of("seeds_median ≤ 50.0", "survivors ≤ 0.0"),
        Measuring.judged(numbers, MutantBench.TARGETS).get("missed"));
  }

  /** GateSpread: whatever news there was has come to everybody, and is counted once a node. */
  @Test
  void whatSpreadsComesToAllNodes() {
    var spread = SimSpread.of(8, Timing.fast(), 2);
    assertEquals(12, spread.gates().toAll().size());
    assertTrue(spread.rumours().toAll().size() >= 6, spread::toString);
    var most = spread.gates().toEach().getLast();
    assertEquals(most, spread.gates().toAll().getLast());
    assertTrue(most > 0 && most < 2_000, spread::toString);
    // each order finds the seven others, or as many as have not died before it
    assertTrue(spread.gates().toEach().size() > 12 * 3, spread::toString);
  }

  @Test
  void spreadingIsJudgedByTheSlowestTwentiethAndTheSlowest() {
    var all = IntStream.rangeClosed(1, 100).mapToObj(i -> i * 30.0).toList();
    var times = new SimSpread.Times(all, List.of(3_000.0, 6_000.0));
    var numbers = SpreadBench.numbers("", new SimSpread.Spread(times, times));
    assertEquals(1_500, numbers.get("adopted_p50_ms").getAsInt());
    assertEquals(2_850, numbers.get("adopted_p95_ms").getAsInt());
    assertEquals(3_000, numbers.get("adopted_max_ms").getAsInt());
    assertEquals(2, numbers.get("rumour_n").getAsInt());
    assertEquals(
        List.of("adopted_p95_ms ≤ 2000.0"),
        Measuring.judged(numbers, SpreadBench.TARGETS).get("missed"));
  }

  /** V20: by the hunts that {@code make mutants} runs, each from its first seed on. */
  @Test
  void aBugIsHuntedFromTheFirstSeedOn() {
    var deaths = new ArrayList<Death>();
    SimMutants.each("Lost twice", deaths::add);
    assertEquals(List.of(new Death("Lost twice", "S10", 1)), deaths);
  }
}
