package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** V18, V15: what leaders write under their fences fits one order, or somebody says so. */
class FencedWritesTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId BOB = NodeId.of("eu", "bob");

  /** The model's guard is that of the tables: older is refused, equal and newer are not (E20). */
  @Test
  void theRegisterRefusesWhatIsOlderThanWhatItHasSeen() {
    var register = new FencedRegister();
    assertEquals(OptionalLong.of(0), register.read(fence(1, 2)));
    assertTrue(register.write(fence(1, 2), 7));
    assertEquals(OptionalLong.of(7), register.read(fence(1, 3)), "a read counts as seen");
    assertFalse(register.write(fence(1, 2), 8));
    assertEquals(OptionalLong.empty(), register.read(fence(1, 2)));
    assertEquals(OptionalLong.of(7), register.read(fence(2, 1)), "a generation before a term");
  }

  @Test
  @Tag(Histories.TAG)
  void oneAfterTheOtherIsLegal() {
    assertEquals("", judge(read(ANN, 1, 0), wrote(ANN, 1, 1), read(BOB, 2, 1), wrote(BOB, 2, 2)));
    assertEquals("", judge(read(ANN, 1, 0), new Sight.Stopped(ANN), read(BOB, 2, 0)), "never done");
    assertEquals("", judge(read(ANN, 1, 0), read(BOB, 2, 0), refused(ANN, 1, false)));
  }

  /** The deposed one overwrites what its successor has seen: by order of fences, and of values. */
  @Test
  @Tag(Histories.TAG)
  void aWriteOfADeposedLeaderIsIllegal() {
    var late = judge(read(ANN, 1, 0), read(BOB, 2, 0), wrote(BOB, 2, 1), wrote(ANN, 1, 1));
    assertEquals("eu/ann is let in by " + fence(1, 1) + " after 1.2", late);
    var lost = judge(read(ANN, 1, 0), read(BOB, 1, 0), wrote(BOB, 1, 1), wrote(ANN, 1, 1));
    assertTrue(lost.startsWith("no order explains what was written under fences of global"), lost);
    assertTrue(judge(wrote(ANN, 1, 1)).endsWith("what it had not read"));
  }

  /** Who has authority gets in, unless a generation has begun that it knows nothing of. */
  @Test
  void aRefusalOfWhoHasAuthorityIsIllegal() {
    assertFalse(judge(read(ANN, 2, 0), refused(BOB, 1, true)).isEmpty());
    var reborn = new Sight.ReadUnder(ANN, fence(2, 1), 0);
    assertEquals("", judge(reborn, refused(BOB, 9, true)));
  }

  /** Runs in which leaders fall while they write have such an order, and see refusals. */
  @Test
  void runsOfTheSimulatorAreFenced() {
    var campaign = new Campaign(Scenario.ELECTION_CHAOS).seeds(700, 12);
    campaign.failures().forEach(failure -> assertTrue(failure.passed(), failure::report));
    assertTrue(campaign.coverage().of(Coverage.Seen.ACTED) > 100, campaign::toString);
    assertTrue(campaign.coverage().of(Coverage.Seen.FENCED) > 0, campaign::toString);
  }

  /** V8: where clocks promise nothing, the older of two who have authority is refused. */
  @Test
  void theOlderOfTwoMayBeRefusedWhereClocksPromiseNothing() {
    var oracle = FencedWritesAreInOrder.ofTwo();
    assertEquals("", oracle.see(read(BOB, 2, 0)));
    assertEquals("", oracle.see(refused(ANN, 1, true)));
    assertTrue(oracle.see(read(ANN, 1, 0)).contains("is let in by"));
  }

  private static String judge(Sight... seen) {
    var all = new ArrayList<>(List.of(seen));
    all.add(new Sight.Calm(List.of(), new TreeMap<>(), new TreeMap<>()));
    return Histories.judge(new FencedWritesAreInOrder(), all);
  }

  private static Sight read(NodeId node, long term, long value) {
    return new Sight.ReadUnder(node, fence(1, term), value);
  }

  private static Sight wrote(NodeId node, long term, long value) {
    return new Sight.WroteUnder(node, fence(1, term), value);
  }

  private static Sight refused(NodeId node, long term, boolean holds) {
    return new Sight.Refused(node, fence(1, term), holds);
  }

  private static Fence fence(int generation, long term) {
    return new Fence(Scope.GLOBAL, generation, term);
  }
}
