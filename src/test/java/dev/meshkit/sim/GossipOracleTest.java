package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import dev.meshkit.sim.Sight.Life;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** V15: each oracle of membership is silent about a legal history and objects to an illegal one. */
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
    illegal(
        new NobodyJudgesAfterAPause(),
        new Sight.Shown(ANN, BOB, Status.SUSPECT, life(7, 0)),
        new Sight.Woke(ANN),
        new Sight.Shown(ANN, BOB, Status.DEAD, life(7, 0)));
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

  private static void legal(Oracle oracle, Sight... history) {
    for (var sight : history) assertEquals("", oracle.see(sight), oracle.name());
  }

  private static void illegal(Oracle oracle, Sight... history) {
    for (var i = 0; i < history.length - 1; i++) assertEquals("", oracle.see(history[i]));
    assertFalse(oracle.see(history[history.length - 1]).isEmpty(), oracle.name());
  }
}
