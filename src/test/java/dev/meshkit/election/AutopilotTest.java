package dev.meshkit.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Prospect.Bar;
import dev.meshkit.election.Roster.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the electorate becomes by itself: E31, E32. */
class AutopilotTest {
  private static final Instant NOW = Instant.ofEpochSecond(100_000);
  private static final Instant LONG_AGO = NOW.minusSeconds(50_000);
  private static final Plan REGION = Plan.of(false);
  private static final Plan GLOBAL = Plan.of(true);
  private static final long TERM = 3;

  private final List<Prospect> known = new ArrayList<>();

  /** E31: one, three, five, each by single steps, and the even size in between is left at once. */
  @Test
  void growsByOneVoterAndOnlyRestsAtOddSizes() {
    fit("eu/a", "eu/b", "eu/c", "eu/d", "eu/e", "eu/f");
    assertEquals(add("eu/b"), next(GLOBAL, LONG_AGO, "eu/a"));
    assertEquals(add("eu/c"), next(GLOBAL, NOW, "eu/a", "eu/b"));
    assertInstanceOf(
        Advice.Wait.class, next(GLOBAL, NOW.minusMillis(4_999), "eu/a", "eu/b", "eu/c"));
    assertEquals(add("eu/d"), next(GLOBAL, NOW.minusSeconds(5), "eu/a", "eu/b", "eu/c"));
    assertEquals(add("eu/e"), next(GLOBAL, NOW, "eu/a", "eu/b", "eu/c", "eu/d"));
    assertRests(GLOBAL, "eu/a", "eu/b", "eu/c", "eu/d", "eu/e");
    assertRests(REGION, "eu/a", "eu/b", "eu/c");
  }

  /**
   * E31: two nodes are no safer than one, so a region of two keeps one voter until a third comes.
   */
  @Test
  void aRegionOfTwoKeepsOneVoter() {
    fit("eu/a", "eu/b");
    assertRests(REGION, "eu/a");
    fit("eu/c");
    assertEquals(add("eu/b"), next(REGION, LONG_AGO, "eu/a"));
  }

  /** E31: each condition of eligibility, by itself, keeps a node out. */
  @Test
  void whoeverIsNotFitIsNotAsked() {
    fit("eu/a", "eu/b");
    var c = fit("eu/c");
    var since = c.since();
    for (var unfit :
        List.of(
            prospect(c, c.store(), false, since, c.acking(), TERM, day(), Bar.NONE),
            prospect(c, Bytes.EMPTY, true, since, c.acking(), TERM, day(), Bar.NONE),
            prospect(
                c, c.store(), true, NOW.minusMillis(29_999), c.acking(), TERM, day(), Bar.NONE),
            prospect(c, c.store(), true, since, NOW.minusMillis(9_999), TERM, day(), Bar.NONE),
            prospect(c, c.store(), true, since, Instant.MAX, TERM, day(), Bar.NONE),
            prospect(c, c.store(), true, since, c.acking(), TERM + 1, day(), Bar.NONE),
            prospect(c, c.store(), true, since, c.acking(), TERM, Duration.ofMinutes(59), Bar.NONE),
            prospect(c, c.store(), true, since, c.acking(), TERM, day(), Bar.ROLE),
            prospect(c, c.store(), true, since, c.acking(), TERM, day(), Bar.FLAPPING),
            prospect(c, c.store(), true, since, c.acking(), TERM, day(), Bar.DRAINING))) {
      replace(unfit);
      assertRests(REGION, "eu/a");
    }
    var barely =
        prospect(
            c,
            c.store(),
            true,
            NOW.minusSeconds(30),
            NOW.minusSeconds(10),
            TERM,
            Duration.ofHours(1),
            Bar.NONE);
    replace(barely);
    assertEquals(add("eu/b"), next(REGION, LONG_AGO, "eu/a"));
  }

  /** A third of the time to settle it follows the leader, a sixth lies between two steps. */
  @Test
  void goesByTheTimeToSettle() {
    var quick = Plan.of(false, Plan.DEAD_AFTER, Duration.ofSeconds(3));
    fit("eu/a", "eu/c");
    var b = fit("eu/b");
    replace(quick(b, 3_000, 1_000));
    assertEquals(add("eu/b"), next(quick, NOW.minusMillis(500), "eu/a"));
    assertRests(REGION, "eu/a");
    var early = new Advice.Wait("the last step was less than 500 ms ago");
    assertEquals(early, next(quick, NOW.minusMillis(499), "eu/a"));
    replace(quick(b, 2_999, 1_000));
    assertRests(quick, "eu/a");
    replace(quick(b, 3_000, 999));
    assertRests(quick, "eu/a");
  }

  private static Prospect quick(Prospect of, long aliveMs, long ackingMs) {
    var since = NOW.minusMillis(aliveMs);
    var acking = NOW.minusMillis(ackingMs);
    return prospect(of, of.store(), true, since, acking, TERM, day(), Bar.NONE);
  }

  /** E31: of three regions none gets so many voters that its loss is the loss of the quorum. */
  @Test
  void spreadsVotersOverRegions() {
    fit("ap/a", "ap/b", "ap/c", "eu/a", "eu/b", "us/a");
    assertEquals(add("eu/a"), next(GLOBAL, LONG_AGO, "ap/a"));
    assertEquals(add("us/a"), next(GLOBAL, LONG_AGO, "ap/a", "eu/a"));
    assertEquals(add("ap/b"), next(GLOBAL, LONG_AGO, "ap/a", "eu/a", "us/a"));
    assertEquals(add("eu/b"), next(GLOBAL, LONG_AGO, "ap/a", "ap/b", "eu/a", "us/a"));
  }

  /** E31: with only four seats that may be filled, the electorate stays at three. */
  @Test
  void doesNotGrowIntoACrowd() {
    fit("ap/a", "ap/b", "ap/c", "eu/a", "us/a");
    assertRests(GLOBAL, "ap/a", "eu/a", "us/a");
  }

  /** E31: a voter too many of one region is replaced, the newcomer first. */
  @Test
  void thinsOutACrowdedRegion() {
    fit("ap/a", "ap/b", "ap/c", "eu/a", "us/a", "us/b");
    assertEquals(add("us/b"), next(GLOBAL, LONG_AGO, "ap/a", "ap/b", "ap/c", "eu/a", "us/a"));
    assertEquals(remove("ap/b"), next(GLOBAL, NOW, "ap/a", "ap/b", "ap/c", "eu/a", "us/a", "us/b"));
  }

  /**
   * E31: where nobody follows those who crowd a region, five with three of one are worse than three
   * of three: the loss of that region would be the loss of the quorum.
   */
  @Test
  void goesBackToThreeWhereFiveWouldBeACrowd() {
    fit("ap/a", "ap/b", "ap/c", "ap/d", "eu/a", "us/a");
    assertEquals(remove("ap/b"), next(GLOBAL, LONG_AGO, "ap/a", "ap/b", "ap/c", "eu/a", "us/a"));
    assertEquals(remove("ap/c"), next(GLOBAL, NOW, "ap/a", "ap/c", "eu/a", "us/a"));
    var rests = new Advice.Wait("3 of 5 voters: with more, one region would have half of them");
    assertEquals(rests, next(GLOBAL, LONG_AGO, "ap/a", "eu/a", "us/a"));
    fit("eu/b"); // five without a crowd are to be had: one is replaced, not removed
    assertEquals(add("eu/b"), next(GLOBAL, LONG_AGO, "ap/a", "ap/b", "ap/c", "eu/a", "us/a"));
  }

  /** E31: who can vote in place of one of a crowd is added first, whatever the size comes to. */
  @Test
  void aCrowdIsThinnedOutNewcomerFirst() {
    fit("ap/a", "ap/b", "ap/c", "ap/d", "eu/a", "us/a");
    var five = new String[] {"ap/a", "ap/b", "ap/c", "ap/d", "eu/a"};
    assertEquals(add("us/a"), next(GLOBAL, LONG_AGO, five));
    assertEquals(remove("ap/b"), next(GLOBAL, NOW, "ap/a", "ap/b", "ap/c", "ap/d", "eu/a", "us/a"));
  }

  /** E31: three with two of one region are a crowd, too, where a third region could vote. */
  @Test
  void aThirdRegionIsWorthMoreThanASecondVoter() {
    fit("ap/a", "ap/b", "eu/a", "us/a");
    assertEquals(add("us/a"), next(GLOBAL, LONG_AGO, "ap/a", "ap/b", "eu/a"));
    assertEquals(remove("ap/b"), next(GLOBAL, NOW, "ap/a", "ap/b", "eu/a", "us/a"));
  }

  /** E31: who is gone for a moment makes no other plan: its region keeps its share. */
  @Test
  void aRegionThatIsGoneForAMomentLeavesNoRoomForACrowd() {
    fit("ap/a", "ap/b", "ap/c", "ap/d", "eu/a", "us/a");
    dead("us/a", NOW.minus(Plan.DEAD_AFTER).plusMillis(1));
    assertRests(GLOBAL, "ap/a", "eu/a", "us/a");
    dead("us/a", NOW.minus(Plan.DEAD_AFTER));
    assertEquals(remove("us/a"), next(GLOBAL, LONG_AGO, "ap/a", "eu/a", "us/a"));
  }

  /** E31: five of three regions stay five while one drains, or is dead and nobody follows. */
  @Test
  void fiveStayFiveWhileOneOfThemIsAway() {
    fit("ap/a", "ap/b", "eu/a", "eu/b", "us/a");
    drains("eu/b");
    assertRests(GLOBAL, "ap/a", "ap/b", "eu/a", "eu/b", "us/a");
    dead("eu/b", LONG_AGO);
    assertRests(GLOBAL, "ap/a", "ap/b", "eu/a", "eu/b", "us/a");
  }

  /** E31: pins name the voters, whatever the spread; who leads and is no pin lets another lead. */
  @Test
  void obeysPins() {
    fit("eu/a", "eu/b", "eu/c", "eu/d");
    var pins = Plan.pinned(ids("eu/b", "eu/c", "eu/d"), Plan.DEAD_AFTER);
    assertEquals(add("eu/b"), next(pins, LONG_AGO, "eu/a"));
    assertEquals(add("eu/c"), next(pins, LONG_AGO, "eu/a", "eu/b"));
    assertInstanceOf(Advice.HandOver.class, next(pins, LONG_AGO, "eu/a", "eu/b", "eu/c"));
    var ofB = roster(pins, LONG_AGO, "eu/b");
    assertEquals(add("eu/d"), shown(record("eu/a", "eu/b", "eu/c"), ofB));
    assertEquals(remove("eu/a"), shown(record("eu/a", "eu/b", "eu/c", "eu/d"), ofB));
    assertInstanceOf(Advice.Wait.class, shown(record("eu/b", "eu/c", "eu/d"), ofB));
  }

  /** E32: a dead voter keeps its seat for ten minutes, then it is removed, then replaced. */
  @Test
  void replacesTheDeadAfterTenMinutes() {
    fit("eu/a", "eu/b", "eu/c", "eu/d");
    dead("eu/b", NOW.minus(Plan.DEAD_AFTER).plusMillis(1));
    assertRests(REGION, "eu/a", "eu/b", "eu/c");
    dead("eu/b", NOW.minus(Plan.DEAD_AFTER));
    assertEquals(remove("eu/b"), next(REGION, LONG_AGO, "eu/a", "eu/b", "eu/c"));
    assertEquals(add("eu/d"), next(REGION, NOW, "eu/a", "eu/c"));
  }

  /** E32: without another to take the seat the dead keep it: it may come back. */
  @Test
  void leavesTheDeadWhereNobodyFollows() {
    fit("eu/a", "eu/b", "eu/c");
    dead("eu/b", LONG_AGO);
    assertRests(REGION, "eu/a", "eu/b", "eu/c");
  }

  /** E32: the margin rule: with two of five dead the one that would end the quorum stays. */
  @Test
  void neverLowersTheMargin() {
    fit("eu/a", "eu/b", "eu/c", "eu/d", "eu/e", "eu/f");
    dead("eu/d", LONG_AGO);
    dead("eu/e", LONG_AGO);
    assertEquals(remove("eu/d"), next(GLOBAL, LONG_AGO, "eu/a", "eu/b", "eu/c", "eu/d", "eu/e"));
    var two = Plan.pinned(ids("eu/a", "eu/b"), Plan.DEAD_AFTER);
    assertRests(two, "eu/a", "eu/b", "eu/c"); // of two voters none may fail, of three one
  }

  /** E32: a wiped disk has forgotten its votes: its seat is freed at once, and given to it anew. */
  @Test
  void swapsAWipedStoreAtOnce() {
    fit("eu/a", "eu/b", "eu/c");
    var b = of("eu/b");
    replace(prospect(b, store("eu/b2"), true, b.since(), b.acking(), TERM, day(), Bar.NONE));
    assertEquals(remove("eu/b"), next(REGION, NOW.minusSeconds(5), "eu/a", "eu/b", "eu/c"));
    var anew = new Change.AddVoter(new Seat(id("eu/b"), store("eu/b2"), Seat.DEFAULT_RANK));
    assertEquals(anew, next(REGION, NOW, "eu/a", "eu/c"));
  }

  /** E32: who drains is replaced first, then removed. */
  @Test
  void replacesTheHealthyAddFirst() {
    fit("eu/a", "eu/b", "eu/c");
    drains("eu/b");
    assertRests(REGION, "eu/a", "eu/b", "eu/c");
    fit("eu/d");
    assertEquals(add("eu/d"), next(REGION, LONG_AGO, "eu/a", "eu/b", "eu/c"));
    assertEquals(remove("eu/b"), next(REGION, NOW, "eu/a", "eu/b", "eu/c", "eu/d"));
  }

  /** A revoked voter goes, another to follow or not, while the rest has a quorum that is well. */
  @Test
  void removesTheRevokedNext() {
    fit("eu/a", "eu/b", "eu/c");
    var record = record("eu/a", "eu/b", "eu/c");
    var revoked = new Revocation(Bytes.EMPTY, id("eu/b"), Revocation.NEVER);
    record = new ScopeRecord(record.id(), record.content().revoking(List.of(revoked)));
    assertEquals(remove("eu/b"), shown(record, roster(REGION, LONG_AGO, "eu/a")));
    dead("eu/c", NOW);
    assertInstanceOf(Advice.Wait.class, shown(record, roster(REGION, LONG_AGO, "eu/a")));
  }

  /** A leader never removes itself: it lets one lead that stays. */
  @Test
  void aLeaderThatDrainsHandsOver() {
    fit("eu/a", "eu/b", "eu/c", "eu/d");
    drains("eu/a");
    drains("eu/b");
    var advice = next(REGION, LONG_AGO, "eu/a", "eu/b", "eu/c");
    assertEquals(id("eu/c"), assertInstanceOf(Advice.HandOver.class, advice).to());
  }

  /** An even size that nobody completes is given up after as long as the dead keep their seats. */
  @Test
  void retreatsFromAnEvenSizeAtLast() {
    fit("eu/a", "eu/b");
    assertInstanceOf(
        Advice.Wait.class, next(REGION, NOW.minus(Plan.DEAD_AFTER).plusMillis(1), "eu/a", "eu/b"));
    assertEquals(remove("eu/b"), next(REGION, NOW.minus(Plan.DEAD_AFTER), "eu/a", "eu/b"));
  }

  /** Operators override: an odd number above the plan stands while all are well. */
  @Test
  void leavesMoreVotersThanPlannedAlone() {
    fit("eu/a", "eu/b", "eu/c", "eu/d", "eu/e");
    assertRests(REGION, "eu/a", "eu/b", "eu/c", "eu/d", "eu/e");
  }

  @Test
  void refusesPlansThatNobodyCanMean() {
    assertThrows(IllegalArgumentException.class, () -> new Plan(4, ids(), Plan.DEAD_AFTER));
    assertThrows(IllegalArgumentException.class, () -> new Plan(11, ids(), Plan.DEAD_AFTER));
    assertThrows(IllegalArgumentException.class, () -> new Plan(3, ids("eu/a"), Plan.DEAD_AFTER));
    assertThrows(IllegalArgumentException.class, () -> new Plan(3, ids(), Duration.ofMillis(-1)));
  }

  private void assertRests(Plan plan, String... voters) {
    assertInstanceOf(Advice.Wait.class, next(plan, LONG_AGO, voters));
  }

  private Object next(Plan plan, Instant moved, String... voters) {
    return shown(record(voters), roster(plan, moved, voters[0]));
  }

  private Object shown(ScopeRecord record, Roster roster) {
    var advice = Autopilot.next(record, roster, NOW);
    return advice instanceof Advice.Alter(var change, _) ? change : advice;
  }

  private Roster roster(Plan plan, Instant moved, String leader) {
    return new Roster(id(leader), plan, moved, known);
  }

  private Prospect fit(String... nodes) {
    for (var node : nodes)
      known.add(
          new Prospect(id(node), store(node), true, LONG_AGO, LONG_AGO, TERM, day(), Bar.NONE));
    return known.getLast();
  }

  private void dead(String node, Instant since) {
    var was = of(node);
    replace(prospect(was, was.store(), false, since, Instant.MAX, TERM, day(), Bar.NONE));
  }

  private void drains(String node) {
    var was = of(node);
    replace(prospect(was, was.store(), true, was.since(), was.acking(), TERM, day(), Bar.DRAINING));
  }

  private Prospect of(String node) {
    return known.stream().filter(p -> p.node().equals(id(node))).findFirst().orElseThrow();
  }

  private void replace(Prospect other) {
    known.replaceAll(p -> p.node().equals(other.node()) ? other : p);
  }

  private static Prospect prospect(
      Prospect of,
      Bytes store,
      boolean alive,
      Instant since,
      Instant acking,
      long term,
      Duration certified,
      Bar bar) {
    return new Prospect(of.node(), store, alive, since, acking, term, certified, bar);
  }

  private static Change add(String node) {
    return new Change.AddVoter(new Seat(id(node), store(node), Seat.DEFAULT_RANK));
  }

  private static Change remove(String node) {
    return new Change.RemoveVoter(id(node));
  }

  private static ScopeRecord record(String... voters) {
    var seats = Stream.of(voters).map(v -> new Seat(id(v), store(v), 10)).toList();
    var content = Content.of(1, Bytes.utf8("g"), Duration.ofSeconds(2), Content.RHO_PPM, seats);
    return new ScopeRecord(new RecordId(TERM, 1), content);
  }

  private static Bytes store(String node) {
    return Bytes.utf8((node + "................").substring(0, 16));
  }

  private static TreeSet<NodeId> ids(String... nodes) {
    var all = new TreeSet<NodeId>();
    for (var node : nodes) all.add(id(node));
    return all;
  }

  private static NodeId id(String node) {
    return NodeId.parse(node);
  }

  private static Duration day() {
    return Duration.ofDays(1);
  }
}
