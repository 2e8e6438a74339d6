package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.sim.CasHistory.Answer;
import dev.meshkit.sim.CasHistory.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** V18: which histories of a record's changes have an order, and which have none. */
class RegisterTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId BOB = NodeId.of("eu", "bob");

  /** One after the other, and two at once in either order. */
  @Test
  void changesInOneOrderAreLinearizable() {
    assertTrue(fits(applied(0, 1, "a", 1, 2), applied(2, 3, "b", 2, 3)));
    assertTrue(fits(applied(0, 9, "a", CasHistory.ANY, 3), applied(1, 8, "b", 1, 2)));
    assertTrue(fits(applied(0, 1, "a", 1, 2), conflict(2, 3, "b", 1, 2)));
    assertFalse(fits(applied(0, 1, "a", CasHistory.ANY, 3)), "nobody made version 2");
    assertFalse(fits(applied(0, 1, "a", 1, 2), applied(2, 3, "b", 1, 3)), "b knew version 1 only");
    assertFalse(fits(applied(0, 1, "a", 1, 3), applied(2, 3, "b", 1, 2)), "a was done before b");
    assertFalse(fits(applied(0, 1, "a", 1, 2), conflict(2, 3, "b", 2, 1)), "1 was left behind");
    assertFalse(fits(conflict(2, 3, "b", 1, 1)), "it is what was expected");
  }

  /** Calls that mind no version may join in one that another made; those that do, never. */
  @Test
  void onlyThoseThatMindNoVersionJoinOne() {
    var any = CasHistory.ANY;
    assertTrue(fits(applied(0, 9, "a", any, 2), applied(1, 8, "b", any, 2)));
    assertTrue(fits(applied(0, 9, "a", 1, 2), applied(1, 8, "b", any, 2)));
    assertFalse(fits(applied(0, 9, "a", 1, 2), applied(1, 8, "b", 1, 2)));
    assertFalse(fits(applied(0, 9, "a", any, 1)), "nobody made the first");
  }

  /** A retry is answered with the version there is, and lands once. */
  @Test
  void aRetryLandsOnce() {
    var first = applied(0, 1, "a", 1, 2);
    var other = applied(2, 3, "b", 2, 3);
    assertTrue(fits(first, other, applied(4, 5, "a", 1, 3)));
    assertFalse(fits(first, other, applied(4, 5, "a", 3, 4)), "it landed twice");
    assertFalse(fits(first, conflict(2, 3, "a", 1, 2)), "it had landed");
  }

  /** What nobody answered for certain may have landed late, early, or not at all. */
  @Test
  void whatWasNeverAnsweredMayHaveLanded() {
    var open = Call.open(0, "a", CasHistory.ANY);
    assertTrue(fits(open, applied(1, 2, "b", 1, 2)), "not at all, or later");
    assertTrue(fits(open, applied(1, 2, "b", 2, 3)), "early");
    assertTrue(fits(applied(1, 2, "b", 1, 2), applied(5, 6, "c", 3, 4), open), "between");
    assertFalse(fits(Call.open(3, "a", 1), applied(1, 2, "b", 2, 3)), "it was not yet asked");
    assertFalse(
        fits(Call.open(0, "a", 7), applied(1, 2, "b", 2, 3)), "on a version there never was");
  }

  /** V15: the oracle takes from the sights of a run what its operators saw. */
  @Test
  @Tag(Histories.TAG)
  void theOracleJudgesWhatOperatorsSaw() {
    var asked = new Sight.Asked(ANN, Scope.GLOBAL, "a", 1);
    var told = new Sight.Answered(ANN, Scope.GLOBAL, "a", Sight.Fate.APPLIED, 2);
    var rival = new Sight.Asked(BOB, Scope.GLOBAL, "b", 1);
    assertEquals("", judge(asked, told, rival, answer(Sight.Fate.CONFLICT, 2)));
    assertEquals("", judge(asked, told, rival, answer(Sight.Fate.UNCHANGED, 0)));
    assertEquals("", judge(asked, told, rival, answer(Sight.Fate.UNKNOWN, 0)));
    assertEquals("", judge(rival, new Sight.Stopped(BOB), asked, told), "the answer died with it");
    var wrong = judge(asked, told, rival, answer(Sight.Fate.APPLIED, 3));
    assertTrue(wrong.startsWith("no order explains what was answered about global: "), wrong);
    assertTrue(judge(told).endsWith("which nobody asked for"));
  }

  /** Runs in which operators change a record amid crashes have such an order. */
  @Test
  void runsOfTheSimulatorAreLinearizable() {
    var campaign = new Campaign(Scenario.ELECTION_RECORD).seeds(500, 6);
    campaign.failures().forEach(failure -> assertTrue(failure.passed(), failure::report));
    assertTrue(campaign.coverage().of(Coverage.Seen.CONFLICT) > 6, campaign::toString);
    assertTrue(campaign.coverage().of(Coverage.Seen.INDETERMINATE) > 0, campaign::toString);
  }

  private static Sight answer(Sight.Fate what, long version) {
    return new Sight.Answered(BOB, Scope.GLOBAL, "b", what, version);
  }

  private static String judge(Sight... seen) {
    var oracle = new RecordIsARegister();
    var first = new Sight.Kept(new Sight.RecordAt(0, 1), "", List.of(), List.of());
    oracle.see(new Sight.Viewed(ANN, new Fence(Scope.GLOBAL, 1, 1), first));
    var all = new ArrayList<>(List.of(seen));
    all.add(new Sight.Calm(List.of(), new TreeMap<>(), new TreeMap<>()));
    return Histories.judge(oracle, all);
  }

  private static boolean fits(Call... calls) {
    return CasHistory.isLinearizable(List.of(calls), 1);
  }

  private static Call applied(int from, int until, String id, long expected, long version) {
    return new Call(from, until, id, expected, Answer.APPLIED, version);
  }

  private static Call conflict(int from, int until, String id, long expected, long version) {
    return new Call(from, until, id, expected, Answer.CONFLICT, version);
  }
}
