package dev.meshkit.gossip;

import static dev.meshkit.gossip.Solo.alive;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Probes and Lifeguard: gossip.md §5. */
class ProberTest {
  private static final NodeId M1 = NodeId.of("eu", "m1");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration TICK = Duration.ofNanos(1);

  private final Solo solo = new Solo("eu/n1");

  /** M14: direct, then three helpers, then accused at the end of the period. */
  @Test
  void aProbeIsDirectThenHelpedThenAnAccusation() {
    solo.peers(6);
    var target = silence();
    assertEquals(1, count(target, Frame.Ping.class));
    assertEquals(0, solo.sent(Frame.PingReq.class).size());
    solo.pass(Duration.ofMillis(500)); // ackHigh: nothing is known of the round trip yet
    var asked = solo.sent(Frame.PingReq.class);
    assertEquals(3, asked.size());
    for (var request : asked) {
      assertEquals(target, request.target());
      assertEquals(Duration.ofMillis(500), request.timeout());
    }
    solo.pass(Duration.ofMillis(500).minus(TICK));
    assertEquals(Standing.ALIVE, solo.standing(target.toString()));
    solo.pass(TICK);
    assertEquals(Standing.SUSPECT, solo.standing(target.toString()));
    assertEquals(Set.of(solo.core.self()), solo.entry(target).accusers());
  }

  /** M14: who is woken late leaves its helpers a quarter of a period all the same. */
  @Test
  void helpersHaveTheirTimeAlsoOfALateNode() {
    var lan = Timing.lan();
    var patient =
        new Timing(
            lan.period(),
            lan.ackLow(),
            Duration.ofMillis(900),
            lan.alpha(),
            lan.beta(),
            lan.confirmers(),
            lan.helpers(),
            lan.gossip(),
            lan.fanout(),
            lan.lambda(),
            lan.lag(),
            lan.reconnect());
    var late = new Solo("eu/n1", patient);
    late.peers(6);
    late.effects.clear();
    late.now = late.core.due().plusMillis(240);
    late.step(new Input.Tick());
    assertEquals(1, late.sent(Frame.Ping.class).size());
    late.pass(SECOND);
    var asked = late.sent(Frame.PingReq.class).getFirst();
    assertEquals(Duration.ofMillis(250), asked.timeout());
  }

  /** M14: a helper's forwarded ack ends the probe well. */
  @Test
  void aForwardedAckClearsTheTarget() {
    solo.peers(6);
    var target = silence();
    solo.pass(Duration.ofMillis(500));
    var helper = askedHelpers().getFirst();
    solo.frame(helper, new Frame.FwdAck(solo.sent(Frame.PingReq.class).getFirst().seq()));
    solo.passAnswered(SECOND);
    assertEquals(Standing.ALIVE, solo.standing(target.toString()));
  }

  /** M15: the target and all helpers refused: accused at once. */
  @Test
  void aRefusedTargetWithRefusedHelpersIsAccusedAtOnce() {
    solo.peers(6);
    solo.step(new Input.LinkDown(M1, true));
    var requests = solo.sent(Frame.PingReq.class);
    assertEquals(3, requests.size(), "no waiting for an ack that cannot come");
    for (var helper : askedHelpers())
      solo.frame(helper, new Frame.Nack(requests.getFirst().seq(), true));
    assertEquals(Standing.SUSPECT, solo.standing("eu/m1"));
  }

  /** M15: a closed link alone accuses nobody; it only makes this node look. */
  @Test
  void aClosedLinkAloneAccusesNobody() {
    solo.peers(6);
    solo.step(new Input.LinkDown(M1, false));
    assertEquals(1, count(M1, Frame.Ping.class), "looks at once");
    assertEquals(Standing.ALIVE, solo.standing("eu/m1"));
    solo.step(new Input.LinkUp(M1));
    var again = solo.sent(M1).stream().filter(Frame.Ping.class::isInstance).toList();
    assertEquals(2, again.size(), "the ping that found no link goes out again");
    solo.frame(M1, new Frame.Ack(((Frame.Ping) again.getLast()).seq(), Sums.ZERO, 0));
    solo.passAnswered(Duration.ofSeconds(5));
    assertEquals(Standing.ALIVE, solo.standing("eu/m1"));
  }

  /** §5: evidence makes this node look at most once a period. */
  @Test
  void aFlappingLinkIsLookedAtOncePerPeriod() {
    solo.peers(6);
    for (var i = 0; i < 5; i++) {
      solo.step(new Input.LinkDown(M1, false));
      var ping = (Frame.Ping) solo.sent(M1).getLast();
      solo.frame(M1, new Frame.Ack(ping.seq(), Sums.ZERO, 0));
    }
    assertEquals(1, count(M1, Frame.Ping.class));
  }

  /** M14: a helper nacks at 80 % of the time it was given. */
  @Test
  void aHelperNacksInTime() {
    solo.peers(2);
    solo.frame(M1, request(41, "eu/m2"));
    assertEquals(1, count(NodeId.of("eu", "m2"), Frame.Ping.class));
    solo.pass(Duration.ofMillis(400).minus(TICK));
    assertEquals(List.of(), solo.sent(Frame.Nack.class));
    solo.pass(TICK);
    assertEquals(List.of(new Frame.Nack(41, false)), solo.sent(Frame.Nack.class));
  }

  /** M14: a helper that is refused nacks at once, and one that gets through says so. */
  @Test
  void aHelperAnswersAtOnceWhenItKnows() {
    solo.peers(2);
    solo.frame(M1, request(41, "eu/m2"));
    var ping = (Frame.Ping) solo.sent(NodeId.of("eu", "m2")).getLast();
    solo.frame(NodeId.of("eu", "m2"), new Frame.Ack(ping.seq(), Sums.ZERO, 0));
    assertEquals(List.of(new Frame.FwdAck(41)), solo.sent(Frame.FwdAck.class));
    solo.step(new Input.LinkDown(NodeId.of("eu", "m2"), true));
    solo.frame(M1, request(43, "eu/m2"));
    assertEquals(List.of(new Frame.Nack(43, true)), solo.sent(Frame.Nack.class));
  }

  /** M16: LHM rises by the missing nacks, falls by acks, stretches the wait, stays within 0..7. */
  @Test
  void localHealthFollowsTheTable() {
    solo.peers(6);
    silence();
    solo.pass(Duration.ofMillis(500));
    var asked = askedHelpers();
    var seq = solo.sent(Frame.PingReq.class).getFirst().seq();
    solo.frame(asked.getFirst(), new Frame.Nack(seq, false));
    solo.pass(Duration.ofMillis(500));
    assertEquals(2, solo.core.health(), "three asked, one nack");
    solo.effects.clear();
    solo.pass(Duration.ofMinutes(2));
    assertEquals(Health.MAX, solo.core.health());
    for (var i = 1; i <= 6; i++) solo.hear(alive("eu/m" + i, 2, 0));
    solo.passAnswered(Duration.ofSeconds(60));
    assertEquals(0, solo.core.health());
  }

  /** M16: +1 when no helper could be asked, +1 for each refutation of oneself. */
  @Test
  void doubtWithoutHelpersAndDoubtByAccusation() {
    solo.peers(1);
    silence();
    solo.pass(SECOND);
    assertEquals(1, solo.core.health());
    var me = solo.core.self();
    var accused = Solo.said(me.toString(), Solo.GENERATION, 0, Rank.SUSPECT, "eu/m1");
    solo.frame(M1, new Frame.Accused(accused));
    assertEquals(2, solo.core.health());
    assertEquals(new Life(Solo.GENERATION, 1), solo.entry(me).key().life());
  }

  /** M16: the period is T·(LHM+1). */
  @Test
  void doubtStretchesThePeriod() {
    solo.peers(6);
    solo.passAnswered(Duration.ofSeconds(20));
    var calm = solo.sent(Frame.Ping.class).size();
    assertEquals(20, calm, 1);
    var health = new Health();
    health.worse(3);
    assertEquals(Duration.ofSeconds(4), health.scale(SECOND));
    health.worse(100);
    assertEquals(7, health.multiplier());
    for (var i = 0; i < 10; i++) health.better();
    assertEquals(0, health.multiplier());
  }

  /** M18: after a pause the node accuses nobody for the gap, and says that it lives. */
  @Test
  void afterAPauseNobodyIsAccusedForTheGap() {
    solo.peers(6);
    var target = silence();
    solo.hear(Solo.said("eu/m5", 1, 0, Rank.SUSPECT, "eu/m6"));
    solo.effects.clear();
    var gap = Duration.ofSeconds(30);
    solo.now = solo.core.due().plus(gap);
    solo.step(new Input.Tick());
    assertEquals(Standing.SUSPECT, solo.standing("eu/m5"), "its deadline moved by the gap");
    assertTrue(
        solo.effects.stream()
            .anyMatch(
                effect ->
                    effect instanceof Effect.Send(_, Frame frame, var urgent)
                        && urgent
                        && frame.members().stream()
                            .anyMatch(told -> told.id().equals(solo.core.self()))),
        "says at once that it lives");
    assertEquals(Health.MAX, solo.core.health());
    solo.pass(gap.minus(TICK));
    assertEquals(Standing.ALIVE, solo.standing(target.toString()));
    assertFalse(solo.changes.stream().anyMatch(c -> c.kind() == Change.Kind.DIED));
  }

  /** M17: a pause moves deadlines by its length: the suspect had no chance to be heard. */
  @Test
  void aPauseGivesTheSuspectItsTimeBack() {
    solo.peers(6);
    solo.pass(SECOND);
    solo.hear(Solo.said("eu/m5", 1, 0, Rank.SUSPECT, "eu/m6"));
    var deadline = solo.now.plusSeconds(18);
    var gap = Duration.ofSeconds(10);
    solo.now = solo.core.due().plus(gap);
    solo.step(new Input.Tick());
    solo.passAnswered(Duration.between(solo.now, deadline.plus(gap).minus(TICK)));
    assertEquals(Standing.SUSPECT, solo.standing("eu/m5"));
    solo.passAnswered(TICK);
    assertEquals(Standing.DEAD, solo.standing("eu/m5"));
  }

  /** M16: a node that doubts itself waits eight periods for its next probe. */
  @Test
  void theDoubtfulProbeSeldom() {
    solo.peers(6);
    var me = solo.core.self().toString();
    for (var i = 0; i < 9; i++) solo.hear(Solo.said(me, Solo.GENERATION, i, Rank.SUSPECT, "eu/m2"));
    assertEquals(Health.MAX, solo.core.health());
    silence();
    solo.effects.clear();
    solo.passAnswered(Duration.ofSeconds(8).minus(TICK));
    assertEquals(List.of(), solo.sent(Frame.Ping.class));
    solo.passAnswered(TICK);
    assertEquals(1, solo.sent(Frame.Ping.class).size());
  }

  /**
   * M18: that others hold something else is looked into once all rumours are out; a node for which
   * that took seconds was not stopped.
   */
  @Test
  void whatHadToWaitForRumoursIsNoPause() {
    solo.peers(20);
    var other = new Sums(solo.core.sums().members() + 1, 0, 0);
    for (var peer = 1; peer <= 20; peer++)
      solo.frame(NodeId.of("eu", "m" + peer), new Frame.Ack(0, other, 0));
    for (var news = 0; news < 60; news++) {
      solo.hear(Solo.alive("eu/m1", 2 + news, 0));
      solo.passAnswered(Duration.ofMillis(100));
    }
    solo.effects.clear();
    solo.passAnswered(SECOND.multipliedBy(5));
    assertTrue(solo.effects.stream().anyMatch(Effect.Sync.class::isInstance), "it was looked into");
    assertEquals(0, solo.core.health());
  }

  /** §5: a late tick of less than max(1 s, 2T) is no pause. */
  @Test
  void aShortDelayIsNoPause() {
    solo.peers(6);
    solo.now = solo.core.due().plus(Duration.ofSeconds(2));
    solo.step(new Input.Tick());
    assertEquals(0, solo.core.health());
  }

  /** M13: every subject is probed in each cycle. */
  @Test
  void everySubjectIsProbedInEachCycle() {
    solo.peers(10);
    for (var cycle = 0; cycle < 5; cycle++) {
      var probed = new HashSet<NodeId>();
      for (var i = 0; i < 10; i++) {
        solo.effects.clear();
        solo.passAnswered(SECOND);
        for (var effect : solo.effects)
          if (effect instanceof Effect.Send(var to, Frame(_, Frame.Ping _, _, _, _), _))
            probed.add(to);
      }
      assertEquals(10, probed.size());
    }
  }

  /** M13: one probe a period, at the same moment of each, however late this node is woken. */
  @Test
  void roundsComeAtOneMomentOfEachPeriod() {
    solo.peers(10);
    var rounds = new ArrayList<Duration>();
    while (rounds.size() < 20) {
      solo.effects.clear();
      var due = Duration.between(Instant.EPOCH, solo.core.due());
      solo.now = solo.core.due().plusMillis(7);
      solo.passAnswered(Duration.ZERO);
      if (!solo.sent(Frame.Ping.class).isEmpty()) rounds.add(due);
    }
    var third = rounds.getFirst().toMillis() % 1_000;
    assertTrue(Set.of(0L, 333L, 666L).contains(third), rounds::toString);
    for (var i = 1; i < rounds.size(); i++)
      assertEquals(rounds.getFirst().plusSeconds(i), rounds.get(i));
  }

  /**
   * M13: in a mesh of two who did not answer is asked again in the next round, late as the first
   * was.
   */
  @Test
  void aLateNodeLeavesNoRoundOut() {
    solo.peers(1);
    var asked = new ArrayList<Instant>();
    while (asked.size() < 2) {
      solo.effects.clear();
      solo.now = solo.core.due().plusMillis(asked.isEmpty() ? 7 : 0);
      solo.step(new Input.Tick());
      if (count(M1, Frame.Ping.class) > 0) asked.add(solo.now);
    }
    assertEquals(asked.getFirst().plus(SECOND).minusMillis(7), asked.getLast());
  }

  /** Buddy: a ping tells a suspect what is held against it. */
  @Test
  void aPingTellsTheSuspect() {
    solo.peers(1);
    solo.hear(Solo.said("eu/m1", 1, 0, Rank.SUSPECT, "eu/m9"));
    solo.effects.clear();
    solo.pass(SECOND);
    var ping = solo.sent(Frame.Ping.class).getFirst();
    assertEquals(new Key(1, 0, Rank.SUSPECT), ping.accusation().entry().key());
    assertEquals(M1, ping.accusation().id());
  }

  /** M5, M8: an accusation of me is refuted by a newer incarnation, at once and to everyone. */
  @Test
  void anAccusationOfMeIsRefutedAtOnce() {
    solo.peers(3);
    solo.effects.clear();
    var me = solo.core.self().toString();
    solo.hear(Solo.said(me, Solo.GENERATION, 4, Rank.DEAD, "eu/m2"));
    assertEquals(new Key(Solo.GENERATION, 5, Rank.ALIVE), solo.entry(solo.core.self()).key());
    var heard = new ArrayList<NodeId>();
    for (var effect : solo.effects)
      if (effect
              instanceof Effect.Send(var to, Frame(_, Frame.News _, var members, _, _), var urgent)
          && urgent
          && members.stream().anyMatch(told -> told.id().equals(solo.core.self()))) heard.add(to);
    assertTrue(heard.containsAll(List.of(M1, NodeId.of("eu", "m2"), NodeId.of("eu", "m3"))));
    assertTrue(heard.contains(Solo.TELLER), "whoever told it hears, neighbour or not");
    solo.hear(alive(me, Solo.GENERATION, 2));
    assertEquals(new Key(Solo.GENERATION, 5, Rank.ALIVE), solo.entry(solo.core.self()).key());
  }

  /** Runs until the first ping of a round, which nobody answers. */
  private NodeId silence() {
    solo.effects.clear();
    while (true) {
      if (solo.core.due().isAfter(solo.now)) solo.now = solo.core.due();
      solo.step(new Input.Tick());
      for (var effect : solo.effects)
        if (effect instanceof Effect.Send(var to, Frame(_, Frame.Ping _, _, _, _), _)) return to;
    }
  }

  private List<NodeId> askedHelpers() {
    var asked = new ArrayList<NodeId>();
    for (var effect : solo.effects)
      if (effect instanceof Effect.Send(var to, Frame(_, Frame.PingReq _, _, _, _), _))
        asked.add(to);
    return asked;
  }

  private long count(NodeId to, Class<? extends Frame.Body> kind) {
    return solo.sent(to).stream().filter(kind::isInstance).count();
  }

  private static Frame.PingReq request(int seq, String target) {
    var id = NodeId.parse(target);
    return new Frame.PingReq(seq, id, Solo.endpoint(id), Duration.ofMillis(500));
  }
}
