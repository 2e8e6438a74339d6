package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.Surveys.GENESIS;
import static dev.meshkit.election.Surveys.SECOND;
import static dev.meshkit.election.Surveys.first;
import static dev.meshkit.election.Surveys.generation;
import static dev.meshkit.election.Surveys.hears;
import static dev.meshkit.election.Surveys.holds;
import static dev.meshkit.election.Surveys.lastTick;
import static dev.meshkit.election.Surveys.quiet;
import static dev.meshkit.election.Surveys.seat;
import static dev.meshkit.election.Surveys.second;
import static dev.meshkit.election.Surveys.surveying;
import static dev.meshkit.election.Surveys.surveys;
import static dev.meshkit.election.Surveys.ticked;
import static dev.meshkit.election.Surveys.wish;
import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.DAN;
import static dev.meshkit.election.TestFrames.FIRST;
import static dev.meshkit.election.TestFrames.PROFILE;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.ballot;
import static dev.meshkit.election.TestFrames.beat;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.says;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** E29, §7: a recovery that is begun, or wished, and given up: whoever wished it is told why. */
final class ForgoneTest {
  /** A leader that beats is one that leads: nothing is lost for good. */
  @Test
  void aHeartbeatEndsIt() {
    var led = Election.step(surveying(), beat(BOB, 7, 1), at(2));
    assertEquals(forgone(Generations.LED), only(led, Effect.Forgone.class));
    var state = settled(led, at(2));
    assertEquals(Survivors.NONE, state.attempts().survivors());
    assertEquals(1, generation(ticked(quiet(state), 700)));
    // one of a term that is over does not
    var late = Election.step(surveying(), beat(BOB, 5, 1), at(2));
    assertEquals(surveying().attempts(), late.state().attempts());
  }

  /** So does a later generation, a victory of its own, a verdict on its store, and its end. */
  @Test
  void whateverElseHappensEndsIt() {
    var began = Recovery.of(List.of(follower(THREE, 6).current()), seat(CAT), GENESIS);
    var next = Bytes.utf8("next");
    var state = follower(THREE, 6);
    state = Election.step(state, wish(next), at(1)).state();
    var content = began.record().content();
    var header =
        new Header(
            TestFrames.EU, 2, content.genesis(), 0, began.record().id(), TestFrames.store(CAT));
    var put = new Frame(header, new Frame.RecordPut(began.record(), true));
    var goes = Election.step(state, new Input.Received(CAT, put), at(2));
    var why = "eu/cat is of a later generation";
    assertEquals(new Effect.Forgone(next, why), only(goes, Effect.Forgone.class));
    var over = settled(goes, at(2));
    assertEquals(began.record(), over.record());
    assertEquals(Survivors.NONE, over.attempts().survivors());
    assertEquals(began.record(), ticked(over, 800).record());

    var won = Election.step(surveying(), Input.Tick.NOW, at(2));
    var pre = assertInstanceOf(Role.PreCandidate.class, won.state().role()).round();
    won = Election.step(won.state(), new Input.Counted(ballot(pre, Why.GRANTED, BOB)), at(3));
    var stands = settled(won, at(3));
    var vote = assertInstanceOf(Role.Candidate.class, stands.role()).round();
    assertTrue(!stands.attempts().survivors().isNone(), "who only tries goes on asking");
    won = Election.step(stands, new Input.Counted(ballot(vote, Why.GRANTED, BOB)), at(3));
    assertInstanceOf(Role.Pending.class, won.state().role());
    assertEquals(Survivors.NONE, won.state().attempts().survivors());
    assertEquals(forgone(Generations.WON), only(won, Effect.Forgone.class));

    var failed = Election.step(surveying(), new Input.StorageFailed(), at(2));
    assertEquals(Instant.MAX, failed.state().due());
    assertEquals(forgone(Generations.STOPPED), only(failed, Effect.Forgone.class));

    var life = new Life(3, 1);
    var lived = TestFrames.options(ANN, THREE).lived(life);
    var alive = Election.begin(lived, Durable.fresh(lived.first()), true, at(0));
    alive = Election.step(alive, wish(GENESIS), at(1)).state();
    var silenced = Election.step(alive, says(BOB, 0, FIRST, new Frame.Quarantine(life)), at(2));
    assertInstanceOf(Role.Quarantined.class, silenced.state().role());
    assertEquals(Instant.MAX, silenced.state().due());
    assertEquals(forgone(Generations.SILENCED), only(silenced, Effect.Forgone.class));
  }

  /** Who cannot begin a generation says why, at once; nobody is asked. */
  @Test
  void whoCannotBeginSaysSo() {
    var silenced =
        hears(
            Election.begin(
                TestFrames.options(ANN, THREE).lived(new Life(3, 1)),
                Durable.fresh(TestFrames.options(ANN, THREE).first()),
                true,
                at(0)),
            says(BOB, 0, FIRST, new Frame.Quarantine(new Life(3, 1))),
            0);
    var stranger =
        Election.begin(
            TestFrames.options(DAN, THREE),
            Durable.fresh(TestFrames.options(ANN, THREE).first()),
            true,
            at(0));
    var why = new TreeMap<String, State>();
    why.put(Generations.WON, TestFrames.leader(7));
    why.put(Generations.SILENCED, silenced);
    why.put("this node does not vote", stranger);
    why.put("another recovery of this scope is under way", surveying());
    // its own, of which whoever orders another one has not heard yet
    var begun = ticked(quiet(surveying()), 1 + PROFILE.promise().toMillis());
    why.put("generation 2 has begun meanwhile", begun);
    why.forEach(
        (text, state) -> {
          var step = Election.step(state, wish(Bytes.utf8("mine")), at(2));
          assertEquals(List.of(new Effect.Forgone(Bytes.utf8("mine"), text)), step.effects(), text);
          assertEquals(state, step.state());
        });
  }

  /** The second is told so; the first one goes on as it was. */
  @Test
  void aSecondRecoveryWhileOneIsUnderWayIsIgnored() {
    var state = surveying();
    var again = Election.step(state, wish(Bytes.utf8("second")), at(50));
    assertEquals(state, again.state());
    assertTrue(all(again, Effect.Send.class).isEmpty());
    var begun = ticked(quiet(state), 1 + PROFILE.promise().toMillis());
    assertEquals(GENESIS, begun.record().content().genesis());
  }

  /** S14: of two that are told to recover at once, and hear each other, one goes on. */
  @Test
  void oneOfTwoThatRecoverAtOnceGivesWay() {
    var larger = Bytes.utf8("saved");
    var smaller = Bytes.utf8("found");
    var way = Election.step(surveying(), surveys(BOB, larger), at(2));
    assertTrue(way.state().attempts().survivors().isNone());
    assertEquals(
        forgone("eu/bob is recovering this scope, too, and goes first"),
        only(way, Effect.Forgone.class));
    assertInstanceOf(Frame.Holds.class, only(way, Effect.Send.class).frame().message());
    var on = Election.step(surveying(), surveys(BOB, smaller), at(2));
    assertEquals(surveying(), on.state());
    var told = only(on, Effect.Send.class); // which then gives way, though it was asked before
    assertEquals(new Frame.Survey(GENESIS), told.frame().message());
    assertEquals(BOB, told.to());
  }

  /**
   * S13, S14: a rival that it did not know of is asked, too, and waited for: what it holds is kept,
   * and its word that it follows a leader or has begun is heard.
   */
  @Test
  void aRivalThatNobodyKnewOfIsAsked() {
    var way = Election.step(quiet(surveying()), surveys(DAN, Bytes.utf8("found")), at(400));
    assertEquals(DAN, only(way, Effect.Send.class).to());
    var state = way.state();
    assertTrue(state.attempts().survivors().asked().contains(DAN));
    assertEquals(state, hears(state, surveys(DAN, Bytes.utf8("found")), 500), "once");
    for (var why : List.of(Why.PROMISE, Why.STALE)) {
      var word = new Frame.Withholds(GENESIS, why, Duration.ZERO);
      var given = Election.step(state, says(DAN, 6, FIRST, word), at(401));
      assertEquals(GENESIS, only(given, Effect.Forgone.class).genesis());
    }
    state = hears(state, holds(DAN, SECOND, second(), true), 402);
    var until = 400 + PROFILE.promise().toMillis();
    assertEquals(1, generation(ticked(state, until - 1)));
    var begun = ticked(state, until);
    assertEquals(2, generation(begun));
    assertEquals(second().content().gates(), begun.record().content().gates());
  }

  /** Who votes no more by the largest record, or is revoked by any view, does not go on alone. */
  @Test
  void whoVotesNoMoreDoesNotBegin() {
    var content = first().content();
    var rest = content.voters().stream().filter(seat -> !seat.node().equals(ANN)).toList();
    var removed =
        new ScopeRecord(
            SECOND, Content.of(1, content.genesis(), content.maxPromise(), content.rhoPpm(), rest));
    var until = 1 + PROFILE.promise().toMillis();
    var without = hears(quiet(surveying()), holds(BOB, SECOND, removed, false), 2);
    var not = lastTick(without, until);
    assertEquals(
        forgone("by the latest record that is left this node votes no more"),
        only(not, Effect.Forgone.class));
    assertEquals(1, generation(not.state()));
    assertTrue(not.state().attempts().survivors().isNone());
    var word = new Revocation(Bytes.EMPTY, ANN, Revocation.NEVER);
    var revoking =
        new ScopeRecord(
            SECOND, content.with(List.of(), List.of(word), content.audit(), content.applied()));
    var revoked = hears(quiet(surveying()), holds(BOB, SECOND, revoking, true), 2);
    var never = lastTick(revoked, until);
    assertEquals(1, generation(never.state()));
    assertEquals(
        forgone("a survivor knows this node to be revoked"), only(never, Effect.Forgone.class));
  }

  /** E29: nothing that a survivor knows is left out. */
  @Test
  void whatIsMoreThanARecordTakesDoesNotBegin() {
    var content = first().content();
    var words = new ArrayList<Revocation>();
    for (var i = 0; i < Content.MAX_REVOCATIONS; i++)
      words.add(new Revocation(Bytes.EMPTY, NodeId.of("eu", "n" + i), Revocation.NEVER));
    var full = content.with(List.of(), words, content.audit(), content.applied());
    var word = new Revocation(Bytes.EMPTY, DAN, Revocation.NEVER);
    var other = content.with(List.of(), List.of(word), content.audit(), content.applied());
    var state =
        hears(quiet(surveying()), holds(BOB, SECOND, new ScopeRecord(SECOND, full), true), 2);
    state = hears(state, holds(CAT, SECOND, new ScopeRecord(SECOND, other), true), 2);
    var step = Election.step(state, Input.Tick.NOW, at(2));
    assertEquals(forgone(Recovery.MORE), only(step, Effect.Forgone.class));
    assertEquals(1, generation(step.state()));
  }

  /**
   * A recovery ends: who names more and more nodes holds it up, and so does a loop that is late.
   */
  @Test
  void noRecoveryGoesOnForEver() {
    var state = quiet(surveying());
    var named = new ArrayList<NodeId>();
    while (!state.attempts().survivors().isNone()) {
      var seats = new ArrayList<>(first().content().voters());
      for (var i = 0; i < 6; i++) {
        named.add(NodeId.of("eu", "n" + named.size()));
        seats.add(seat(named.getLast()));
      }
      var id = new RecordId(6, 1 + named.size());
      var old = first().content();
      var record =
          new ScopeRecord(id, Content.of(1, old.genesis(), old.maxPromise(), old.rhoPpm(), seats));
      assertTrue(named.size() < 2 * Survivors.LIMIT);
      state = hears(state, holds(BOB, id, record, true), 2);
      var step = Election.step(state, Input.Tick.NOW, at(2));
      if (step.state().attempts().survivors().isNone())
        assertEquals(forgone(Generations.ENDLESS), only(step, Effect.Forgone.class));
      state = step.state();
    }
    assertEquals(1, generation(state));
    var late = quiet(surveying());
    for (var i = 1; !late.attempts().survivors().isNone(); i++) {
      assertTrue(i < 100, "it waits anew for ever");
      late = Election.step(late, Input.Tick.NOW, at(2_000L * i)).state();
    }
    assertEquals(1, generation(late));
  }

  private static Effect.Forgone forgone(String why) {
    return new Effect.Forgone(GENESIS, why);
  }

  /** S14: a survivor's word to a leader says that one leads, or did until just now. */
  @Test
  void aPromiseOfASurvivorEndsIt() {
    var wait = Duration.ofMillis(250);
    var word = new Frame.Withholds(GENESIS, Why.PROMISE, wait);
    var step = Election.step(surveying(), says(BOB, 6, FIRST, word), at(2));
    var told =
        forgone("eu/bob leads or follows a leader: if that is gone, its word ends in 250 ms");
    assertEquals(told, only(step, Effect.Forgone.class));
    // a late word of an earlier survey says nothing of it
    var late = new Frame.Withholds(Bytes.utf8("earlier"), Why.PROMISE, wait);
    for (var not : List.of(late, new Frame.Withholds(Bytes.utf8("earlier"), Why.STALE, wait)))
      assertEquals(
          new Step(surveying(), List.of()),
          Election.step(surveying(), says(BOB, 6, FIRST, not), at(2)));
    // nor has it a place where nothing is recovered
    var idle = follower(THREE, 6);
    assertEquals(new Step(idle, List.of()), Election.step(idle, says(BOB, 6, FIRST, word), at(2)));
  }

  /**
   * S14: so does that of one which does not vote: who learns, or was removed, may follow a leader,
   * or have begun a generation, as well.
   */
  @Test
  void theWordOfOneThatDoesNotVoteEndsItToo() {
    var asks =
        Election.step(follower(THREE, 6), new Input.Recover(GENESIS, 1, List.of(DAN)), at(1));
    var state = asks.state();
    for (var why : List.of(Why.PROMISE, Why.STALE)) {
      var word = new Frame.Withholds(GENESIS, why, Duration.ZERO);
      var step = Election.step(state, says(DAN, 6, FIRST, word), at(2));
      assertEquals(GENESIS, only(step, Effect.Forgone.class).genesis());
      assertTrue(all(step, Effect.Dropped.class).isEmpty());
      assertTrue(step.state().attempts().survivors().isNone());
    }
  }

  /** S14: whatever one says that is of a later generation, a recovery of the older one is over. */
  @Test
  void aFrameOfALaterGenerationEndsIt() {
    var later = Recovery.of(List.of(follower(THREE, 6).current()), seat(CAT), Bytes.utf8("later"));
    var content = later.record().content();
    var header =
        new Header(
            TestFrames.options(CAT, THREE).scope(),
            content.generation(),
            content.genesis(),
            later.term(),
            later.record().id(),
            TestFrames.store(CAT));
    var said = new Frame(header, new Frame.RecordGet(later.record().id()));
    var step = Election.step(surveying(), new Input.Received(CAT, said), at(2));
    assertEquals(forgone("eu/cat is of a later generation"), only(step, Effect.Forgone.class));
    assertTrue(step.state().attempts().survivors().isNone());
  }

  /**
   * S14: who has begun a generation says so before it is durable, however long its disk takes; who
   * hears it stores nothing of it, and begins none.
   */
  @Test
  void whoHasBegunSaysSoBeforeItIsDurable() {
    var until = 1 + PROFILE.promise().toMillis();
    var ann = ticked(quiet(surveying()), until);
    assertEquals(2, generation(ann));
    assertTrue(ann.disk().busy());
    var options = TestFrames.options(BOB, THREE);
    var bob = Election.begin(options, Durable.fresh(options.first()).raised(6), true, at(0));
    var asks = Election.step(bob, wish(Bytes.utf8("saved")), at(until));
    var survey =
        all(asks, Effect.Send.class).stream().filter(send -> send.to().equals(ANN)).findFirst();
    var says = Election.step(ann, new Input.Received(BOB, survey.orElseThrow().frame()), at(until));
    var bobs = asks.state();
    for (var said : all(says, Effect.Send.class)) {
      assertEquals(0, said.after(), "at once");
      var heard = Election.step(bobs, new Input.Received(ANN, said.frame()), at(until));
      if (said.frame().message() instanceof Frame.Withholds)
        assertEquals(
            new Effect.Forgone(Bytes.utf8("saved"), "eu/ann is of a later generation"),
            only(heard, Effect.Forgone.class));
      bobs = heard.state();
    }
    assertTrue(bobs.attempts().survivors().isNone());
    assertEquals(bob.current(), bobs.current());
    // once it is durable it is shown as committed, to whoever asks
    var durable = settled(new Step(ann, List.of()), at(until));
    var shown =
        only(
            Election.step(durable, new Input.Received(BOB, survey.get().frame()), at(until)),
            Effect.Send.class);
    assertEquals(new Frame.RecordPut(durable.view(), true), shown.frame().message());
  }
}
