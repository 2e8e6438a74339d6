package dev.meshkit.gossip;

import static dev.meshkit.gossip.Change.Kind.DIED;
import static dev.meshkit.gossip.Change.Kind.JOINED;
import static dev.meshkit.gossip.Change.Kind.LEFT;
import static dev.meshkit.gossip.Change.Kind.REFUTED;
import static dev.meshkit.gossip.Change.Kind.REJOINED;
import static dev.meshkit.gossip.Change.Kind.RESTARTED;
import static dev.meshkit.gossip.Change.Kind.SUSPECTED;
import static dev.meshkit.gossip.Solo.alive;
import static dev.meshkit.gossip.Solo.said;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table of statuses of gossip.md §2, line by line, at a node that sees six others. */
class StatusTest {
  private static final String M = "eu/m1";
  private static final Duration CONTEST = Duration.ofMillis(1000);
  private static final Duration MIN = Duration.ofMillis(3000);
  private static final Duration MAX = Duration.ofMillis(18_000);
  private static final Duration TICK = Duration.ofNanos(1);

  private Solo solo = new Solo("eu/n1");

  @BeforeEach
  void sixOthersAreThere() {
    solo.peers(6);
    solo.effects.clear();
    solo.changes.clear();
  }

  /** ABSENT | ALIVE. */
  @Test
  void anUnknownThatLivesJoins() {
    solo.hear(alive("eu/x", 1, 0));
    assertEquals(Standing.ALIVE, solo.standing("eu/x"));
    assertEquals(List.of(JOINED), solo.of("eu/x"));
  }

  /** M6: ABSENT | SUSPECT without attributes, DEAD, LEFT: stored and relayed, not shown. */
  @Test
  void obituariesOfUnknownsMakeNoMember() {
    solo.hear(said("eu/x", 1, 0, Rank.SUSPECT, M));
    solo.hear(said("eu/y", 1, 0, Rank.DEAD, M));
    solo.hear(said("eu/z", 1, 0, Rank.LEFT));
    for (var id : List.of("eu/x", "eu/y", "eu/z")) {
      assertEquals(Standing.ABSENT, solo.standing(id));
      assertEquals(List.of(), solo.of(id));
      assertFalse(solo.entry(NodeId.parse(id)).equals(Entry.NOTHING), "stored");
    }
    assertEquals(10, solo.core.rumours(), "I and six joined, three more are relayed");
  }

  /** M6: ALIVE of a newer life that arrives after the obituary makes a member. */
  @Test
  void aliveArrivingLaterMakesAMember() {
    solo.hear(said("eu/x", 1, 0, Rank.DEAD, M));
    solo.hear(alive("eu/x", 1, 0));
    assertEquals(Standing.ABSENT, solo.standing("eu/x"), "the dead life does not rise");
    solo.hear(alive("eu/x", 1, 1));
    assertEquals(Standing.ALIVE, solo.standing("eu/x"));
    assertEquals(List.of(JOINED), solo.of("eu/x"));
  }

  /** ABSENT | SUSPECT with attributes known: shown at once, as accused. */
  @Test
  void anUnknownThatIsAccusedButKnownJoinsAsSuspect() {
    solo.hear(said("eu/x", 1, 0, Rank.SUSPECT, M));
    solo.hear(alive("eu/x", 1, 0));
    assertEquals(Standing.SUSPECT, solo.standing("eu/x"));
    assertEquals(List.of(JOINED, SUSPECTED), solo.of("eu/x"));
  }

  /** ALIVE | key rises to SUSPECT; SUSPECT | deadline. */
  @Test
  void theAccusedDiesAfterTheTimeout() {
    solo.hear(said(M, 1, 0, Rank.SUSPECT, "eu/m2"));
    assertEquals(Standing.SUSPECT, solo.standing(M));
    solo.passAnswered(MAX.minus(TICK));
    assertEquals(Standing.SUSPECT, solo.standing(M));
    solo.passAnswered(TICK);
    assertEquals(Standing.DEAD, solo.standing(M));
    assertEquals(List.of(SUSPECTED, DIED), solo.of(M));
    assertTrue(solo.entry(NodeId.parse(M)).accusers().contains(solo.core.self()), "and me");
    assertEquals(Rank.DEAD, solo.entry(NodeId.parse(M)).key().rank());
  }

  /** M7: ALIVE | key rises to DEAD: contested, the subject is told, and may refute. */
  @Test
  void hearsayDeathOfSomebodySeenAliveIsContested() {
    solo.hear(said(M, 1, 0, Rank.DEAD, "eu/m2"));
    assertEquals(Standing.SUSPECT, solo.standing(M));
    var told = solo.sent(NodeId.parse(M)).stream().filter(Frame.Accused.class::isInstance).toList();
    assertEquals(1, told.size());
    solo.pass(CONTEST.minus(TICK));
    assertEquals(Standing.SUSPECT, solo.standing(M));
    solo.pass(TICK);
    assertEquals(Standing.DEAD, solo.standing(M));
  }

  /** M7: a refutation within the contest leaves no Died. */
  @Test
  void aRefutationWithinTheContestLeavesNoDeath() {
    solo.hear(said(M, 1, 0, Rank.DEAD, "eu/m2"));
    solo.pass(CONTEST.minus(TICK));
    solo.hear(alive(M, 1, 1));
    solo.passAnswered(MAX.plus(MAX));
    assertEquals(Standing.ALIVE, solo.standing(M));
    assertEquals(List.of(SUSPECTED, REFUTED), solo.of(M));
  }

  /** SUSPECT | key rises to DEAD: the deadline is at most since + contest, or now. */
  @Test
  void deathHeardOfASuspectShortensTheDeadline() {
    solo.hear(said(M, 1, 0, Rank.SUSPECT, "eu/m2"));
    solo.passAnswered(Duration.ofMillis(400));
    solo.hear(said(M, 1, 0, Rank.DEAD, "eu/m2"));
    solo.passAnswered(Duration.ofMillis(600).minus(TICK));
    assertEquals(Standing.SUSPECT, solo.standing(M));
    solo.passAnswered(TICK);
    assertEquals(Standing.DEAD, solo.standing(M));
  }

  /** SUSPECT | key rises to DEAD long after it began: now. */
  @Test
  void deathHeardOfAnOldSuspectIsBelieved() {
    solo.hear(said(M, 1, 0, Rank.SUSPECT, "eu/m2"));
    solo.passAnswered(Duration.ofSeconds(5));
    solo.hear(said(M, 1, 0, Rank.DEAD, "eu/m2"));
    assertEquals(Standing.DEAD, solo.standing(M));
  }

  /** M17: SUSPECT | a new accuser: the deadline shrinks to since + timeout(C), never grows. */
  @Test
  void confirmationsShortenTheDeadline() {
    solo.hear(said(M, 1, 0, Rank.SUSPECT, "eu/m2"));
    solo.hear(said(M, 1, 0, Rank.SUSPECT, "eu/m3"));
    solo.hear(said(M, 1, 0, Rank.SUSPECT, "eu/m4"));
    solo.passAnswered(MIN.minus(TICK));
    assertEquals(Standing.SUSPECT, solo.standing(M));
    solo.passAnswered(TICK);
    assertEquals(Standing.DEAD, solo.standing(M));
  }

  /** SUSPECT | ALIVE of a newer life. */
  @Test
  void aNewerLifeRefutes() {
    solo.hear(said(M, 1, 0, Rank.SUSPECT, "eu/m2"));
    solo.hear(alive(M, 1, 0));
    assertEquals(Standing.SUSPECT, solo.standing(M), "the accused life itself refutes nothing");
    solo.hear(alive(M, 1, 1));
    assertEquals(Standing.ALIVE, solo.standing(M));
    assertEquals(List.of(SUSPECTED, REFUTED), solo.of(M));
  }

  /** SUSPECT | SUSPECT of a newer life: since = now, a new deadline. */
  @Test
  void anAccusationOfANewerLifeStartsAnew() {
    solo.hear(said(M, 1, 0, Rank.SUSPECT, "eu/m2"));
    solo.passAnswered(Duration.ofSeconds(10));
    solo.hear(said(M, 1, 1, Rank.SUSPECT, "eu/m2"));
    assertEquals(List.of(SUSPECTED, REFUTED, SUSPECTED), solo.of(M));
    solo.passAnswered(MAX.minus(TICK));
    assertEquals(Standing.SUSPECT, solo.standing(M));
    solo.passAnswered(TICK);
    assertEquals(Standing.DEAD, solo.standing(M));
  }

  /** M31: any shown | LEFT: no suspicion, and never Died. */
  @Test
  void goodbyeIsNoDeath() {
    solo.hear(said(M, 1, 0, Rank.LEFT));
    solo.hear(said("eu/m2", 1, 0, Rank.SUSPECT, "eu/m3"));
    solo.hear(said("eu/m2", 1, 0, Rank.LEFT));
    solo.hear(said(M, 1, 0, Rank.DEAD, "eu/m3"));
    solo.passAnswered(MAX.plus(MAX));
    assertEquals(Standing.LEFT, solo.standing(M));
    assertEquals(List.of(LEFT), solo.of(M));
    assertEquals(List.of(SUSPECTED, LEFT), solo.of("eu/m2"));
  }

  /** DEAD | ALIVE of a newer life; SUSPECT of one. */
  @Test
  void theDeadRejoinWithANewerLifeOnly() {
    for (var id : List.of(M, "eu/m2")) {
      solo.hear(said(id, 1, 0, Rank.SUSPECT, "eu/m3"));
      solo.passAnswered(MAX);
      solo.hear(alive(id, 1, 0));
      assertEquals(Standing.DEAD, solo.standing(id));
    }
    solo.hear(alive(M, 1, 1));
    solo.hear(said("eu/m2", 1, 1, Rank.SUSPECT, "eu/m3"));
    assertEquals(List.of(SUSPECTED, DIED, REJOINED), solo.of(M));
    assertEquals(List.of(SUSPECTED, DIED, REJOINED, SUSPECTED), solo.of("eu/m2"));
  }

  /** A restart that nobody noticed is adopted at once, without suspicion. */
  @Test
  void aRestartIsAdoptedAtOnce() {
    solo.hear(alive(M, 2, 0));
    assertEquals(List.of(RESTARTED), solo.of(M));
    assertEquals(Standing.ALIVE, solo.standing(M));
  }

  /** M5: stale news of an older life neither kills nor accuses a newer one. */
  @Test
  void newsOfAnOlderLifeChangeNothing() {
    solo.hear(alive(M, 2, 3));
    solo.changes.clear();
    solo.hear(said(M, 2, 2, Rank.DEAD, "eu/m2"), said(M, 1, 9, Rank.LEFT), alive(M, 1, 9));
    assertEquals(Standing.ALIVE, solo.standing(M));
    assertEquals(List.of(), solo.of(M));
    assertEquals(new Key(2, 3, Rank.ALIVE), solo.entry(NodeId.parse(M)).key());
  }

  /**
   * §10: whoever is still seen in a life that was forgotten hears of it, from itself or by whoever
   * tells of it, once a second; so one that lives refutes it, and is a member again.
   */
  @Test
  void whoWasForgottenIsToldSo() {
    var solo = new Solo("eu/n1");
    var m1 = NodeId.of("eu", "m1");
    solo.peers(1);
    solo.hear(said("eu/m1", 1, 0, Rank.LEFT));
    solo.pass(Duration.ofMinutes(62));
    assertEquals(Entry.NOTHING, solo.entry(m1));
    solo.effects.clear();
    // it speaks
    var left = Told.of(m1, said("eu/m1", 1, 0, Rank.LEFT).entry());
    for (var i = 0; i < 2; i++) solo.frame(m1, new Frame.News());
    assertEquals(List.of(new Frame.Accused(left)), solo.sent(Frame.Accused.class));
    // somebody tells of it; of one that has left nobody need be told that
    solo.pass(Duration.ofSeconds(1));
    solo.effects.clear();
    solo.hear(said("eu/m1", 1, 0, Rank.LEFT));
    assertEquals(List.of(), told(solo, m1));
    for (var i = 0; i < 2; i++) solo.hear(alive("eu/m1", 1, 0));
    assertEquals(List.of(left), told(solo, m1));
    assertEquals(Standing.ABSENT, solo.standing("eu/m1"));
    // it refutes
    solo.hear(alive("eu/m1", 2, 0));
    assertEquals(Standing.ALIVE, solo.standing("eu/m1"));
  }

  /** What its teller was told of one. */
  private static List<Told> told(Solo solo, NodeId of) {
    return solo.effects.stream()
        .filter(effect -> effect instanceof Effect.Send send && send.to().equals(Solo.TELLER))
        .flatMap(effect -> ((Effect.Send) effect).frame().members().stream())
        .filter(one -> one.id().equals(of))
        .toList();
  }

  /** M31: a goodbye is forgotten after 1 h; G1: what was forgotten does not rise again. */
  @Test
  void theGoneAreForgottenAndStayForgotten() {
    solo.hear(said(M, 1, 0, Rank.LEFT));
    solo.passAnswered(Duration.ofMinutes(62));
    assertEquals(Standing.ABSENT, solo.standing(M));
    solo.hear(alive(M, 1, 0));
    assertEquals(Standing.ABSENT, solo.standing(M));
    assertEquals(1, solo.core.limited().members());
    solo.hear(alive(M, 1, 1));
    assertEquals(Standing.ALIVE, solo.standing(M));
  }

  /** §10: of an unknown node a tombstone past half its retention is ignored and counted. */
  @Test
  void oldTombstonesDoNotPingPong() {
    var old = said("eu/x", 1, 0, Rank.DEAD, M);
    solo.hear(new Told(old.id(), old.entry(), Duration.ofHours(12)));
    assertEquals(Entry.NOTHING, solo.entry(old.id()));
    assertEquals(1, solo.core.limited().members());
  }
}
