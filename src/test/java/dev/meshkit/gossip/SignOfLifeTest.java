package dev.meshkit.gossip;

import static dev.meshkit.gossip.Change.Kind.DIED;
import static dev.meshkit.gossip.Change.Kind.SUSPECTED;
import static dev.meshkit.gossip.Solo.alive;
import static dev.meshkit.gossip.Solo.said;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * M19: what keeps a node whose words are mostly lost from burying the healthy. It hears them; so it
 * needs their word, or a second accuser, and goes on asking for either.
 */
class SignOfLifeTest {
  private static final String M = "eu/m1";
  private static final NodeId M1 = NodeId.parse(M);
  private static final Duration CONTEST = Duration.ofMillis(1000);
  private static final Duration MAX = Duration.ofMillis(18_000);
  private static final Duration TICK = Duration.ofNanos(1);

  private final Solo solo = new Solo("eu/n1");

  @BeforeEach
  void sixOthersAreThere() {
    solo.peers(6);
    solo.effects.clear();
    solo.changes.clear();
  }

  @Test
  void oneVoiceBuriesNobodyWhoSpeaks() {
    solo.hear(said(M, 1, 0, Rank.SUSPECT, "eu/m2"));
    solo.passAnswered(Duration.ofSeconds(10));
    solo.frame(M1, new Frame.News());
    solo.passAnswered(MAX.minus(TICK));
    assertEquals(Standing.SUSPECT, solo.standing(M));
    solo.passAnswered(TICK);
    assertEquals(Standing.DEAD, solo.standing(M), "silent for a whole suspicion");
    assertEquals(List.of(SUSPECTED, DIED), solo.of(M), "nothing is told of the delay");
  }

  @Test
  void twoVoicesBuryEvenWhoSpeaks() {
    solo.hear(said(M, 1, 0, Rank.SUSPECT, "eu/m2", "eu/m3"));
    solo.passAnswered(Duration.ofSeconds(1));
    solo.frame(M1, new Frame.News());
    solo.passAnswered(Duration.ofSeconds(8));
    assertEquals(Standing.DEAD, solo.standing(M), "it is deaf: nobody gets an answer from it");
  }

  /** M7: the same of an obituary that rests on one voice. */
  @Test
  void theContestOfOneVoiceLastsWhileTheSubjectSpeaks() {
    solo.hear(said(M, 1, 0, Rank.DEAD, "eu/m2"));
    solo.passAnswered(CONTEST.dividedBy(2));
    solo.frame(M1, new Frame.News());
    solo.passAnswered(CONTEST.minus(TICK));
    assertEquals(Standing.SUSPECT, solo.standing(M));
    solo.passAnswered(TICK);
    assertEquals(Standing.DEAD, solo.standing(M));
  }

  @Test
  void wordsOfAnOlderLifeAreNoSign() {
    solo.hear(alive(M, 1, 1), said(M, 1, 1, Rank.SUSPECT, "eu/m2"));
    solo.passAnswered(Duration.ofSeconds(10));
    solo.frame(M1, new Frame.News()); // of life 1.0
    solo.passAnswered(MAX.minus(Duration.ofSeconds(10)));
    assertEquals(Standing.DEAD, solo.standing(M));
  }

  /** M8: whom it alone accuses a node tells so once a period, and the others too. */
  @Test
  void theOnlyAccuserAsksAgainAndAgain() {
    accuse();
    solo.effects.clear();
    solo.passAnswered(Duration.ofSeconds(3));
    assertEquals(3, accusations());
    assertEquals(12, rumours(), "each period as often as news that are new");
    solo.hear(said(M, 1, 0, Rank.SUSPECT, "eu/m2"));
    solo.passAnswered(Duration.ofSeconds(1));
    solo.effects.clear();
    solo.passAnswered(Duration.ofSeconds(1));
    assertEquals(0, accusations(), "a second accuser: it need not");
  }

  /**
   * M8: who accuses a life that was given up missed the refutation, and hears it from its subject.
   */
  @Test
  void anOldAccusationIsAnsweredByItsSubject() {
    var told = said("eu/n1", Solo.GENERATION, 0, Rank.SUSPECT, "eu/m2");
    solo.frame(Solo.TELLER, new Frame.Accused(told));
    solo.pass(Duration.ofSeconds(5));
    solo.effects.clear();
    solo.frame(Solo.TELLER, new Frame.Accused(told));
    assertEquals(List.of(new Life(Solo.GENERATION, 1)), told("eu/n1"));
    solo.effects.clear();
    solo.hear(alive("eu/n1", Solo.GENERATION, 0));
    assertEquals(List.of(), told("eu/n1"), "which accuses nobody");
  }

  /** M8: or from whoever knows of it. */
  @Test
  void anOldAccusationIsAnsweredByWhoKnowsBetter() {
    solo.hear(alive(M, 1, 1));
    solo.effects.clear();
    solo.hear(said(M, 1, 0, Rank.SUSPECT, "eu/m2"));
    assertEquals(List.of(new Life(1, 1)), told(M));
    solo.effects.clear();
    solo.hear(alive(M, 1, 0));
    assertEquals(List.of(), told(M), "which accuses nobody");
  }

  /** Nobody reaches M any more, and this node says so first. */
  private void accuse() {
    while (solo.standing(M) != Standing.SUSPECT) {
      solo.now = solo.core.due().isAfter(solo.now) ? solo.core.due() : solo.now;
      for (var effect : solo.step(new Input.Tick()))
        if (effect instanceof Effect.Send(var to, Frame(_, Frame.Ping(var seq, _), _, _, _), _))
          if (!to.equals(M1)) solo.frame(to, new Frame.Ack(seq, solo.core.sums(), 0));
    }
  }

  private long accusations() {
    return solo.sent(M1).stream().filter(Frame.Accused.class::isInstance).count();
  }

  private long rumours() {
    return solo.effects.stream()
        .filter(effect -> effect instanceof Effect.Send send && says(send.frame(), M1))
        .count();
  }

  private static boolean says(Frame frame, NodeId of) {
    return frame.members().stream().anyMatch(told -> told.id().equals(of));
  }

  /** In which lives its teller was told that one lives. */
  private List<Life> told(String of) {
    return solo.effects.stream()
        .filter(effect -> effect instanceof Effect.Send send && send.to().equals(Solo.TELLER))
        .flatMap(effect -> ((Effect.Send) effect).frame().members().stream())
        .filter(one -> one.id().equals(NodeId.parse(of)))
        .map(one -> one.entry().key().life())
        .toList();
  }
}
