package dev.meshkit.sim;

import static dev.meshkit.sim.Histories.illegal;
import static dev.meshkit.sim.Histories.legal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** V15: the oracles of one scenario each, and those that judge by others. */
@Tag(Histories.TAG)
class OccasionalOracleTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId BOB = NodeId.of("eu", "bob");
  private static final NodeId CAT = NodeId.of("us", "cat");
  private static final Scope EU = Scope.region("eu");
  private static final Sight CALM = new Sight.Calm(List.of(), new TreeMap<>(), new TreeMap<>());

  private static Fence term(Scope scope, long term) {
    return new Fence(scope, 1, term);
  }

  private static Sight viewed(NodeId node, Scope scope, long version) {
    var at = new Sight.RecordAt(2, version);
    return new Sight.Viewed(
        node, term(scope, 2), new Sight.Kept(at, "", List.of("eu/ann"), List.of()));
  }

  private static Sight led(Scope scope, NodeId... by) {
    var holders = List.of(by).stream().map(node -> new Sight.Holder(node, term(scope, 2))).toList();
    return new Sight.Authority(scope, holders);
  }

  /** R4: who runs, and should take part, knows what its leader knows; of a led scope. */
  @Test
  void allHaveJoined() {
    legal(
        new AllHaveJoined(EU),
        new Sight.Started(ANN),
        new Sight.Started(BOB),
        new Sight.Started(CAT), // of another region
        led(EU, ANN),
        viewed(ANN, EU, 3),
        viewed(BOB, EU, 2),
        viewed(BOB, EU, 3),
        CALM);
    legal( // nobody leads, one is gone
        new AllHaveJoined(EU),
        new Sight.Started(ANN),
        new Sight.Started(BOB),
        led(EU),
        viewed(ANN, EU, 3),
        CALM,
        led(EU, ANN),
        new Sight.Stopped(BOB),
        CALM);
    illegal( // never came to it
        new AllHaveJoined(EU),
        new Sight.Started(ANN),
        new Sight.Started(BOB),
        led(EU, ANN),
        viewed(ANN, EU, 3),
        viewed(BOB, Scope.GLOBAL, 3),
        CALM);
    illegal( // knows what was before
        new AllHaveJoined(Scope.GLOBAL),
        new Sight.Started(ANN),
        new Sight.Started(CAT),
        led(Scope.GLOBAL, ANN),
        viewed(CAT, Scope.GLOBAL, 2),
        viewed(ANN, Scope.GLOBAL, 3),
        CALM);
    illegal( // lost it with its disk
        new AllHaveJoined(EU),
        new Sight.Started(ANN),
        new Sight.Started(BOB),
        led(EU, ANN),
        viewed(ANN, EU, 3),
        viewed(BOB, EU, 3),
        new Sight.Wiped(BOB),
        CALM);
  }

  /** G7: of others at most so many, however often each is shown; a restart begins anew. */
  @Test
  void membersStayInBounds() {
    legal(
        new MembersInBounds(1),
        new Sight.Started(ANN),
        shown(ANN, ANN),
        shown(ANN, BOB),
        shown(ANN, BOB),
        shown(CAT, ANN),
        new Sight.Stopped(ANN),
        new Sight.Started(ANN),
        shown(ANN, CAT));
    illegal(new MembersInBounds(1), new Sight.Started(ANN), shown(ANN, BOB), shown(ANN, CAT));
  }

  private static Sight shown(NodeId by, NodeId of) {
    return new Sight.Shown(by, of, Status.ALIVE, new Sight.Life(1, 0));
  }

  /** L1: three times what it may take is the end of a run. */
  @Test
  void aTakeoverIsInTime() {
    legal(new TakeoverInTime(), new Sight.Takeover(ANN, BOB, 30, 10));
    illegal(new TakeoverInTime(), new Sight.Takeover(ANN, BOB, 31, 10));
    illegal(new TakeoverInTime(), new Sight.Takeover(ANN, NodeId.NOBODY, 31, 10));
  }

  /** L10: asked of who leads, and committed in time; what failed was not. */
  @Test
  void aChangeIsCommittedInTime() {
    var now = new long[1];
    var oracle = new CommitInTime(10, () -> now[0]);
    var asked = new Sight.Asked(ANN, EU, "c", 1);
    legal(oracle, asked);
    now[0] = 30;
    legal(oracle, answered(Sight.Fate.APPLIED), asked);
    now[0] = 99;
    legal(oracle, answered(Sight.Fate.UNKNOWN), answered(Sight.Fate.APPLIED), asked);
    now[0] = 130;
    illegal(oracle, answered(Sight.Fate.APPLIED));
    var seen = new Coverage();
    oracle.measure(seen);
    assertEquals(3_100, seen.percentile(CommitInTime.TIME, 99));
    assertTrue(Scenario.ELECTION_FAILOVER.excess(seen).toString().contains("LATE: commit ‰"));
  }

  private static Sight answered(Sight.Fate what) {
    return new Sight.Answered(ANN, EU, "c", what, 2);
  }

  /** L8: three changes of leader an hour and scope. */
  @Test
  void aQuietHourStaysLed() {
    var oracle = new QuietStaysLed();
    for (var term = 1; term <= 4; term++) {
      legal(oracle, new Sight.Gained(ANN, term(Scope.GLOBAL, term)));
      legal(oracle, new Sight.Gained(BOB, term(EU, term)));
    }
    illegal(oracle, new Sight.Gained(ANN, term(Scope.GLOBAL, 5)));
  }

  /** L8 again: of what a hundred hours measured, one may be worse. */
  @Test
  void quietHoursAreMeasured() {
    var twice = new QuietStaysLed();
    for (var term = 1; term <= 3; term++) twice.see(new Sight.Gained(ANN, term(EU, term)));
    var once = new QuietStaysLed();
    for (var term = 1; term <= 2; term++) once.see(new Sight.Gained(ANN, term(EU, term)));
    legal(once, Scenario.ELECTION_QUIET, new Coverage());
    var wrong = illegal(twice, Scenario.ELECTION_QUIET, new Coverage());
    assertTrue(wrong.startsWith("RESTLESS: "), wrong);
  }

  /** E29: from a recovery on, whom any survivor knew to be revoked is in each view. */
  @Test
  void revocationsAreKept() {
    legal(
        new RevocationsAreKept(),
        revokes(BOB, 2), // nothing was recovered
        reborn(2, "x", "y"),
        new Sight.Reborn(Scope.GLOBAL, 2, of("z"), of()),
        revokes(ANN, 2, "x", "y"),
        revokes(ANN, 2, "x", "y", "w"),
        revokes(BOB, 1, "x"), // has not gone over
        reborn(3, "v", "x"),
        revokes(BOB, 2, "x", "y"),
        revokes(ANN, 3, "v", "x", "y"));
    illegal(new RevocationsAreKept(), reborn(2, "x", "y"), revokes(ANN, 2, "x", "w"));
    illegal( // of the first of two
        new RevocationsAreKept(), reborn(2, "x"), reborn(3, "y"), revokes(ANN, 3, "y"));
  }

  private static Sight reborn(int generation, String... revoked) {
    return new Sight.Reborn(EU, generation, of(revoked), of());
  }

  private static Sight revokes(NodeId node, int generation, String... whom) {
    return new Sight.Revokes(node, new Fence(EU, generation, 1), of(whom));
  }

  private static TreeSet<String> of(String... whom) {
    return new TreeSet<>(List.of(whom));
  }

  /** What is only wrong in the calm is not, where there is none; all else is. */
  @Test
  void aRunThatWasCutShortHasNoCalm() {
    var unled = new Sight.Calm(List.of(EU), new TreeMap<>(), new TreeMap<>());
    illegal(new LeaderInCalm(), unled);
    legal(new BeforeCalm(new LeaderInCalm()), unled);
    illegal(new BeforeCalm(new NobodyIsAClone()), new Sight.Cloned(ANN));
    var measured = new Coverage();
    var quiet = new QuietStaysLed();
    quiet.see(new Sight.Gained(ANN, term(EU, 1)));
    new BeforeCalm(quiet).measure(measured);
    assertEquals(1, measured.measured(QuietStaysLed.CHANGES));
  }

  /** Another is asked of one scope, and of the calm only if that is led. */
  @Test
  void whereNobodyLeadsNobodyIsJudged() {
    Sight[] lacks = {new Sight.Started(ANN), new Sight.Started(BOB), viewed(ANN, EU, 3)};
    legal(whereLed(), lacks);
    legal(whereLed(), led(EU), CALM, led(Scope.GLOBAL, ANN), CALM);
    legal( // what is seen of another scope, or of whom it does not concern
        whereLed(), new Sight.Started(CAT), led(EU, ANN), viewed(CAT, Scope.GLOBAL, 3), CALM);
    var oracle = whereLed();
    legal(oracle, lacks);
    legal(oracle, CALM);
    illegal(oracle, led(EU, ANN), CALM);
  }

  /** Objects to each calm in which somebody who ran has left no view. */
  private static WhereLed whereLed() {
    var others = new AllHaveJoined(Scope.GLOBAL);
    others.see(led(Scope.GLOBAL, ANN));
    return new WhereLed(EU, others);
  }
}
