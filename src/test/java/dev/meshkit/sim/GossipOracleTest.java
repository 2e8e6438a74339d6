package dev.meshkit.sim;

import static dev.meshkit.sim.Histories.illegal;
import static dev.meshkit.sim.Histories.legal;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import dev.meshkit.gossip.Attrs;
import dev.meshkit.gossip.Entry;
import dev.meshkit.gossip.Key;
import dev.meshkit.gossip.Rank;
import dev.meshkit.gossip.Told;
import dev.meshkit.sim.Sight.Life;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** V15: each oracle of membership is silent about a legal history and objects to an illegal one. */
@Tag(Histories.TAG)
class GossipOracleTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId BOB = NodeId.of("eu", "bob");
  private static final NodeId CAT = NodeId.of("us", "cat");

  private static Life life(long generation, int incarnation) {
    return new Life(generation, incarnation);
  }

  @Test
  void theDeadOfALifeStayDead() {
    legal(
        new LivesOnlyRise(),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)),
        new Sight.Shown(ANN, BOB, Status.ALIVE, life(7, 1)),
        new Sight.Shown(ANN, BOB, Status.LEFT, life(7, 1)),
        new Sight.Shown(ANN, BOB, Status.ALIVE, life(8, 0)));
    illegal(
        new LivesOnlyRise(),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)),
        new Sight.Shown(ANN, BOB, Status.ALIVE, life(7, 0)));
    illegal(
        new LivesOnlyRise(),
        new Sight.Shown(ANN, BOB, Status.ALIVE, life(8, 0)),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 3)));
  }

  @Test
  void onlyTheSubjectRaisesItsLife() {
    legal(
        new OnlyTheSubjectRaises(),
        new Sight.Issued(BOB, life(7, 1)),
        new Sight.Shown(ANN, BOB, Status.SUSPECT, life(7, 1)));
    illegal(
        new OnlyTheSubjectRaises(),
        new Sight.Issued(BOB, life(7, 1)),
        new Sight.Shown(ANN, BOB, Status.SUSPECT, life(7, 2)));
    illegal(new OnlyTheSubjectRaises(), new Sight.Shown(ANN, BOB, Status.ALIVE, life(1, 0)));
  }

  @Test
  void nobodyBuriesItselfUnlessItLeaves() {
    legal(
        new NobodyBuriesItself(),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(1, 0)),
        new Sight.Leaving(ANN),
        new Sight.Shown(ANN, ANN, Status.LEFT, life(1, 0)));
    illegal(new NobodyBuriesItself(), new Sight.Shown(ANN, ANN, Status.DEAD, life(1, 0)));
    illegal(
        new NobodyBuriesItself(),
        new Sight.Leaving(ANN),
        new Sight.Started(ANN),
        new Sight.Shown(ANN, ANN, Status.LEFT, life(1, 0)));
  }

  @Test
  void nobodyDiesUnheard() {
    legal(
        new NobodyDiesUnheard(),
        new Sight.Shown(ANN, BOB, Status.ALIVE, life(7, 0)),
        new Sight.Shown(ANN, BOB, Status.SUSPECT, life(7, 0)),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)),
        new Sight.Shown(CAT, BOB, Status.SUSPECT, life(7, 0)));
    illegal(
        new NobodyDiesUnheard(),
        new Sight.Shown(ANN, BOB, Status.ALIVE, life(7, 0)),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)));
  }

  @Test
  void nobodyDiesAfterItsGoodbye() {
    var left = new Sight.Seen(Status.LEFT, life(7, 0));
    legal(
        new NobodyDiesAfterGoodbye(),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)),
        new Sight.Shown(ANN, BOB, Status.LEFT, life(7, 0)),
        new Sight.Parted(ANN, BOB, life(7, 0), left),
        new Sight.Shown(ANN, BOB, Status.ALIVE, life(8, 0)),
        new Sight.Parted(ANN, BOB, life(7, 0), new Sight.Seen(Status.ALIVE, life(8, 0))),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(8, 0)),
        new Sight.Shown(CAT, BOB, Status.DEAD, life(7, 0)));
    illegal(
        new NobodyDiesAfterGoodbye(),
        new Sight.Parted(ANN, BOB, life(7, 0), left),
        new Sight.Parted(ANN, BOB, life(6, 0), left),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)));
    illegal(
        new NobodyDiesAfterGoodbye(),
        new Sight.Parted(ANN, BOB, life(7, 0), new Sight.Seen(Status.SUSPECT, life(7, 0))));
  }

  @Test
  void nobodyJudgesAfterAPause() {
    legal(
        new NobodyJudgesAfterAPause(),
        new Sight.Shown(ANN, CAT, Status.DEAD, life(7, 0)),
        new Sight.Woke(ANN),
        new Sight.Shown(ANN, BOB, Status.SUSPECT, life(7, 0)), // by another's word
        new Sight.Shown(ANN, CAT, Status.DEAD, life(8, 0)), // heard of one that was dead before
        new Sight.Accuses(CAT, BOB),
        new Sight.Awake(ANN),
        new Sight.Accuses(ANN, BOB),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)),
        new Sight.Woke(ANN),
        new Sight.Stopped(ANN),
        new Sight.Accuses(ANN, BOB));
    illegal(new NobodyJudgesAfterAPause(), new Sight.Woke(ANN), new Sight.Accuses(ANN, BOB));
    illegal(new NobodyJudgesAfterAPause(), new Sight.Overdue(ANN));
    illegal(
        new NobodyJudgesAfterAPause(),
        new Sight.Shown(ANN, BOB, Status.SUSPECT, life(7, 0)),
        new Sight.Woke(ANN),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)));
  }

  @Test
  void theAccusedAreTold() {
    legal(new TheAccusedAreTold(), new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)));
    illegal(new TheAccusedAreTold(), new Sight.Untold(ANN, BOB));
  }

  @Test
  void nobodyHealthyDies() {
    legal(
        new NobodyHealthyDies(Set.of(BOB)),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)),
        new Sight.Shown(BOB, ANN, Status.SUSPECT, life(7, 0)));
    illegal(new NobodyHealthyDies(Set.of(BOB)), new Sight.Shown(BOB, ANN, Status.DEAD, life(7, 0)));
  }

  @Test
  void nobodyIsDoubtedForItsVersion() {
    legal(
        new NobodyIsDoubted(),
        new Sight.Shown(ANN, BOB, Status.LEFT, life(7, 0)),
        new Sight.Shown(ANN, BOB, Status.ALIVE, life(8, 0)));
    illegal(new NobodyIsDoubted(), new Sight.Shown(ANN, BOB, Status.SUSPECT, life(7, 0)));
    illegal(new NobodyIsDoubted(), new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)));
  }

  @Test
  void goodbyesAreForgotten() {
    legal(new GoodbyesAreForgotten(), new Sight.Shown(ANN, BOB, Status.LEFT, life(7, 0)));
    illegal(new GoodbyesAreForgotten(), new Sight.Remembers(ANN, BOB));
  }

  @Test
  void nobodyTakesItselfForAClone() {
    legal(new NobodyIsAClone(), new Sight.Stopped(ANN));
    illegal(new NobodyIsAClone(), new Sight.Cloned(ANN));
  }

  @Test
  void oneOfTwoStops() {
    var copy = NodeId.of("eu", "ann" + SimNode.COPY);
    var calm = new Sight.Calm(List.of(), new TreeMap<>(), new TreeMap<>());
    legal(
        new OneOfTwoStops(),
        new Sight.Started(ANN),
        new Sight.Started(copy),
        new Sight.Cloned(copy),
        new Sight.Stopped(copy),
        calm);
    illegal(new OneOfTwoStops(), new Sight.Started(ANN), new Sight.Cloned(ANN));
    illegal(new OneOfTwoStops(), new Sight.Started(ANN), new Sight.Started(copy), calm);
  }

  @Test
  void whatIsHeldOnlyRises() {
    var later = said(life(7, 1), 4);
    legal(
        new KeysOnlyRise(),
        holds(ANN, life(7, 0), Rank.SUSPECT, said(life(7, 0), 4)),
        holds(ANN, life(7, 0), Rank.SUSPECT, said(life(7, 0), 5)), // a clone's
        holds(CAT, life(6, 0), Rank.ALIVE, said(life(6, 0), 9)), // another's view
        holds(ANN, life(7, 1), Rank.ALIVE, later),
        holds(ANN, life(7, 2), Rank.DEAD, later),
        new Sight.Forgets(ANN, BOB),
        holds(ANN, life(7, 0), Rank.SUSPECT, Attrs.NONE),
        new Sight.Stopped(ANN),
        holds(ANN, life(6, 9), Rank.ALIVE, said(life(6, 9), 1)));
    var before = holds(ANN, life(7, 1), Rank.SUSPECT, later);
    illegal(new KeysOnlyRise(), before, holds(ANN, life(7, 0), Rank.SUSPECT, later));
    illegal(new KeysOnlyRise(), before, holds(ANN, life(7, 1), Rank.ALIVE, later));
    illegal(new KeysOnlyRise(), before, holds(ANN, life(7, 2), Rank.ALIVE, said(life(7, 0), 4)));
    illegal(new KeysOnlyRise(), before, holds(ANN, life(7, 1), Rank.DEAD, said(life(7, 1), 3)));
    illegal(new KeysOnlyRise(), before, holds(ANN, life(7, 1), Rank.DEAD, Attrs.NONE));
  }

  @Test
  void oneLifeSaysOneThingOfItself() {
    var words = said(life(7, 0), 4);
    legal(
        new OneWordALife(),
        holds(BOB, life(7, 0), Rank.ALIVE, words),
        holds(ANN, life(7, 0), Rank.SUSPECT, Attrs.NONE),
        holds(ANN, life(7, 0), Rank.ALIVE, said(life(7, 0), 4)),
        holds(BOB, life(7, 1), Rank.ALIVE, said(life(7, 1), 4).speaking(1, 2, 0)),
        holds(BOB, life(7, 0), Rank.ALIVE, said(life(7, 0), 5).speaking(1, 2, 0))); // a clone
    illegal(
        new OneWordALife(),
        holds(BOB, life(7, 0), Rank.ALIVE, words),
        holds(ANN, life(7, 0), Rank.ALIVE, words.speaking(1, 2, 0)));
  }

  @Test
  void membersAreDescribed() {
    var words = said(life(7, 0), 4);
    legal(
        new MembersAreDescribed(),
        new Sight.Shown(BOB, BOB, Status.ALIVE, life(0, 0)), // of itself one needs hear nothing
        holds(ANN, life(7, 0), Rank.SUSPECT, Attrs.NONE),
        holds(ANN, life(7, 0), Rank.SUSPECT, words),
        new Sight.Shown(ANN, BOB, Status.SUSPECT, life(7, 0)),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)),
        holds(CAT, life(7, 0), Rank.ALIVE, words),
        new Sight.Shown(CAT, BOB, Status.LEFT, life(7, 0))); // revoked
    illegal(
        new MembersAreDescribed(),
        holds(ANN, life(7, 0), Rank.SUSPECT, Attrs.NONE),
        new Sight.Shown(ANN, BOB, Status.SUSPECT, life(7, 0)));
    illegal(
        new MembersAreDescribed(),
        holds(ANN, life(7, 0), Rank.DEAD, words),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)));
    illegal(
        new MembersAreDescribed(),
        holds(ANN, life(7, 0), Rank.LEFT, words),
        new Sight.Shown(ANN, BOB, Status.LEFT, life(7, 0)));
    illegal(
        new MembersAreDescribed(),
        holds(ANN, life(7, 0), Rank.ALIVE, words),
        new Sight.Shown(ANN, BOB, Status.ALIVE, life(7, 0)),
        new Sight.Forgets(ANN, BOB),
        new Sight.Shown(ANN, BOB, Status.ALIVE, life(7, 1)));
  }

  @Test
  void oneRumourASubjectWaits() {
    legal(
        new OneRumourASubject(),
        new Sight.Passes(ANN, List.of(BOB, CAT)),
        new Sight.Passes(ANN, List.of(BOB, ANN)));
    illegal(new OneRumourASubject(), new Sight.Passes(ANN, List.of(BOB, CAT, BOB)));
  }

  /** By the vector of the design for ("eu/n1", 7, 2, ALIVE). */
  @Test
  void rootsAreThoseOfTheirTables() {
    var vector = 0x118117e23935e0ceL;
    var living = told(NodeId.of("eu", "n1"), new Key(7, 2, Rank.ALIVE), Duration.ZERO);
    assertEquals(vector, RootsAreRecomputed.hash(living));
    var dead = new Key(7, 2, Rank.DEAD);
    var left = new Key(7, 2, Rank.LEFT);
    var young = told(BOB, dead, Duration.ofHours(11));
    legal(
        new RootsAreRecomputed(),
        summed(vector, living),
        summed(vector + RootsAreRecomputed.hash(young), living, young),
        summed(vector, living, told(BOB, dead, Duration.ofHours(13))),
        summed(vector, living, told(BOB, left, Duration.ofMinutes(33))),
        summed(0, living, told(BOB, left, Duration.ofMinutes(31)))); // about to leave it
    illegal(new RootsAreRecomputed(), summed(vector + 1, living));
    illegal(new RootsAreRecomputed(), summed(vector, living, young));
    var old = told(BOB, left, Duration.ofMinutes(33));
    illegal(new RootsAreRecomputed(), summed(vector + RootsAreRecomputed.hash(old), living, old));
  }

  private static Told told(NodeId id, Key key, Duration age) {
    return new Told(id, new Entry(key, Attrs.NONE, new TreeSet<>()), age);
  }

  private static Sight summed(long root, Told... held) {
    return new Sight.Summed(ANN, root, List.of(held));
  }

  private static Attrs said(Life life, long nonce) {
    var process = new dev.meshkit.gossip.Life(life.generation(), life.incarnation());
    return Attrs.at(Addresses.of(1)).said(process, nonce);
  }

  /** What one holds of Bob. */
  private static Sight holds(NodeId observer, Life life, Rank rank, Attrs attrs) {
    var key = new Key(life.generation(), life.incarnation(), rank);
    return new Sight.Holds(observer, BOB, new Entry(key, attrs, new TreeSet<>()));
  }

  @Test
  void calmViewsAgreeWithTheTruth() {
    legal(new CalmViewsAgree(), calm(Status.ALIVE, life(7, 1)));
    illegal(new CalmViewsAgree(), calm(Status.DEAD, life(7, 1)));
    illegal(new CalmViewsAgree(), calm(Status.ALIVE, life(7, 0)));
    var alone = new TreeMap<NodeId, SortedMap<NodeId, Sight.Seen>>();
    alone.put(ANN, view(Status.ALIVE, life(7, 1)));
    var alive = new TreeMap<NodeId, Life>();
    alive.put(ANN, life(1, 0));
    illegal(new CalmViewsAgree(), new Sight.Calm(List.of(), alive, alone)); // Bob walks, dead
  }

  /** A calm in which Ann and Bob live, and Ann sees Bob so. */
  private static Sight calm(Status status, Life seen) {
    var alive = new TreeMap<NodeId, Life>();
    alive.put(ANN, life(1, 0));
    alive.put(BOB, life(7, 1));
    var views = new TreeMap<NodeId, SortedMap<NodeId, Sight.Seen>>();
    views.put(ANN, view(status, seen));
    return new Sight.Calm(List.of(), alive, views);
  }

  private static SortedMap<NodeId, Sight.Seen> view(Status status, Life seen) {
    var view = new TreeMap<NodeId, Sight.Seen>();
    view.put(ANN, new Sight.Seen(Status.ALIVE, life(1, 0)));
    view.put(BOB, new Sight.Seen(status, seen));
    return view;
  }
}
