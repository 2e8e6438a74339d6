package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.beat;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.leader;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** E29, S14: a recovery begins the next generation, and everybody goes over to it, once. */
final class GenerationsTest {
  private static final Bytes GENESIS = Bytes.utf8("recovered");

  /** E29: the largest record found, one voter, the next generation and version. */
  @Test
  void aRecoveryBeginsTheNextGenerationOfTheLargestRecord() {
    var older = stored(4, new RecordId(4, 2), gate("a", 1, 7), gate("b", 1, 9), gate("c", 3, 12));
    var later = stored(6, new RecordId(5, 3), gate("a", 2, 8), gate("c", 1, 3));
    var next = Recovery.of(List.of(older, later), seat(BOB), GENESIS);
    assertEquals(0, next.term());
    assertEquals(NodeId.NOBODY, next.voted());
    assertEquals(next.record(), next.view());
    assertEquals(new RecordId(0, 4), next.record().id());
    var content = next.record().content();
    assertEquals(2, content.generation());
    assertEquals(GENESIS, content.genesis());
    assertEquals(List.of(seat(BOB)), content.voters());
    assertEquals(List.of(gate("a", 2, 8), gate("b", 1, 9), gate("c", 3, 12)), content.gates());
    assertEquals(List.of(gone(4), gone(6)), content.revocations(), "whoever knew of it");
    assertEquals(next, Recovery.of(List.of(later, older), seat(BOB), GENESIS));
  }

  /** §7: a gate's epoch counts within a generation; the next one began with what was left. */
  @Test
  void gatesOfAnOlderGenerationSayNothing() {
    var before = stored(4, new RecordId(4, 2), gate("a", 9, 9), gate("b", 1, 7));
    var begun =
        Recovery.of(List.of(stored(4, new RecordId(4, 1), gate("a", 1, 3))), seat(BOB), GENESIS);
    var next = Recovery.of(List.of(before, begun), seat(BOB), Bytes.utf8("again"));
    assertEquals(3, next.record().content().generation());
    assertEquals(List.of(gate("a", 1, 3)), next.record().content().gates());
    assertEquals(List.of(gone(4)), next.record().content().revocations(), "these do");
  }

  /** E29: nothing of what is left is left out: if it does not fit there is no recovery. */
  @Test
  void whatDoesNotFitIsNotCut() {
    var one = revoking(0, Content.MAX_REVOCATIONS);
    assertTrue(Recovery.whole(List.of(one), seat(BOB), GENESIS).isPresent());
    var other = revoking(1, 1 + Content.MAX_REVOCATIONS);
    assertTrue(Recovery.whole(List.of(one, other), seat(BOB), GENESIS).isEmpty());
    var why =
        assertThrows(
            IllegalArgumentException.class,
            () -> Recovery.of(List.of(one, other), seat(BOB), GENESIS));
    assertEquals(Recovery.MORE, why.getMessage());
    var gates = new Gate[Content.MAX_GATES];
    for (var i = 0; i < gates.length; i++)
      gates[i] = new Gate("%64d".formatted(i), 1, 0, 2, Bytes.of(new byte[Gate.MAX_BYTES]), 1);
    var large = stored(4, new RecordId(4, 2), gates);
    for (var alone : List.of(large, one))
      assertTrue(Recovery.whole(List.of(alone), seat(BOB), GENESIS).isPresent());
    var rest = revoking(0, Content.MAX_REVOCATIONS - 1); // the gates' store knows one more
    assertTrue(Recovery.whole(List.of(large, rest), seat(BOB), GENESIS).isEmpty(), "64 KiB");
  }

  /** Each by a key of its own. */
  private static Durable revoking(int first, int end) {
    var record = stored(4, new RecordId(4, 2)).record();
    var content = record.content();
    var words = new ArrayList<Revocation>();
    for (var i = first; i < end; i++) {
      var key = Bytes.utf8("key " + i).sha256();
      words.add(
          new Revocation(key, NodeId.of("eu", "a-node-of-a-long-name-" + i), Revocation.NEVER));
    }
    var with = content.with(List.of(), words, content.audit(), content.applied());
    return Durable.fresh(new ScopeRecord(record.id(), with));
  }

  /** §4: the quiet period of the recovered store is that of the longest promise given. */
  @Test
  void aRecoveryKeepsTheLongestCap() {
    var record = stored(4, new RecordId(4, 2)).record();
    var patient = new Durable(4, BOB, record, record, Duration.ofSeconds(30));
    var next = Recovery.of(List.of(stored(4, new RecordId(4, 2)), patient), seat(BOB), GENESIS);
    assertEquals(Duration.ofSeconds(30), next.cap());
  }

  /** E29: whoever hears of the later generation goes over: terms, votes, promises begin anew. */
  @Test
  void aCommittedRecordOfALaterGenerationIsAdopted() {
    var next = recovered();
    var voted = Election.step(follower(THREE, 6), TestFrames.ask(BOB, 7, TestFrames.FIRST), at(0));
    var state = settled(Election.step(settled(voted, at(0)), beat(BOB, 7, 1), at(0)), at(0));
    assertEquals(BOB, state.current().voted());
    var step = Election.step(state, put(next, true), at(1));
    assertEquals(
        new Durable(0, NodeId.NOBODY, next.record(), next.view(), state.current().cap()),
        step.state().current());
    assertEquals(Promise.NONE, step.state().promise());
    assertEquals(Heard.NOTHING, step.state().heard());
    assertInstanceOf(Role.Observer.class, step.state().role());
    var told = only(step, Effect.Committed.class);
    assertEquals(next.record(), told.view());
    assertTrue(told.after() > 0, "told once it is durable");
    // a beat of the older one is late news: its leader is shown the later one
    var late = Election.step(settled(step, at(1)), beat(BOB, 8, 1), at(2));
    assertEquals(new Frame.RecordPut(next.record(), true), sent(late));
    assertEquals(next.record(), late.state().record());
  }

  /** E29: until it is committed nobody goes over, but asks. */
  @Test
  void anUncommittedRecordOfALaterGenerationIsNot() {
    var state = follower(THREE, 6);
    var step = Election.step(state, put(recovered(), false), at(0));
    assertEquals(state, step.state());
    assertInstanceOf(Frame.RecordGet.class, sent(step));
  }

  /** S10: authority of the older generation ends before anything else happens. */
  @Test
  void aLeaderOfTheOlderGenerationLosesItsTenureFirst() {
    var step = Election.step(leader(7), put(recovered(), true), at(1));
    var lost = assertInstanceOf(Effect.Lost.class, step.effects().getFirst());
    assertEquals(1, lost.fence().generation());
    assertFalse(step.state().role() instanceof Role.Leader);
  }

  /** E29, S14: of two recoveries at one generation the second is refused. */
  @Test
  void anotherGenesisOfTheSameGenerationIsRefused() {
    var adopted = settled(Election.step(follower(THREE, 6), put(recovered(), true), at(0)), at(0));
    var other =
        Recovery.of(
            List.of(stored(9, new RecordId(9, 9))), seat(CAT), Bytes.utf8("recovered again"));
    var step = Election.step(adopted, put(other, true), at(1));
    assertEquals(
        new Step(adopted, List.of(new Effect.Dropped(CAT, Drop.GENESIS))),
        new Step(step.state(), List.copyOf(all(step, Effect.Dropped.class))));
  }

  /** A record that is not of the generation its frame is of says nothing. */
  @Test
  void aRecordOfAnotherGenerationThanItsFrameIsNotAdopted() {
    var state = follower(THREE, 6);
    var mixed = new Frame(header(recovered()), new Frame.RecordPut(state.record(), true));
    assertEquals(
        state.current(),
        Election.step(state, new Input.Received(CAT, mixed), at(0)).state().current());
  }

  /** The recovered store leads at once: it alone votes, and its term is its record's. */
  @Test
  void theRecoveredVoterIsNotQuiet() {
    var options = TestFrames.options(ANN, THREE);
    var next = Recovery.of(List.of(Durable.fresh(options.first())), seat(ANN), GENESIS);
    var state = Election.begin(options, next, false, at(0));
    assertInstanceOf(Role.Follower.class, state.role());
    assertEquals(at(0).now(), state.due());
  }

  /**
   * What peers showed of the older generation says nothing of the later one; copies stay copies.
   */
  @Test
  void peersShowAnew() {
    var header = header(recovered());
    var lived =
        new Header(
            header.scope(),
            1,
            header.genesis(),
            9,
            new RecordId(9, 9),
            header.store(),
            new Life(3, 1));
    var peers = Peers.NONE.met(lived).reborn();
    assertEquals(
        new Peers.Shown(new Life(3, 1), 0, new RecordId(0, 0), false),
        peers.stores().get(header.store()));
  }

  /**
   * E29: a voter that is told so, and whom nobody answers, goes on alone, from what it holds; its
   * peers show anew.
   */
  @Test
  void aVoterThatIsToldSoBeginsTheNextGeneration() {
    var state = follower(THREE, 6);
    var asks = Election.step(state, new Input.Recover(GENESIS, 1, List.of()), at(1)).state();
    assertEquals(1, asks.record().content().generation(), "somebody may answer");
    var end = 1 + TestFrames.PROFILE.promise().toMillis();
    var step = Surveys.lastTick(asks, end);
    var after = step.state();
    assertEquals(2, after.record().content().generation());
    assertEquals(List.of(seat(ANN)), after.record().content().voters());
    assertEquals(Heard.NOTHING, after.heard());
    assertEquals(after.current(), only(step, Effect.Persist.class).durable());
    var leads = settled(step, at(end));
    assertEquals(after.record(), leads.view());
    assertTrue(leads.due().isBefore(at(60_000).now()), "it will campaign");
  }

  /** Nobody takes a scope from a leader, or makes a voter of who is none. */
  @Test
  void whoLeadsOrDoesNotVoteIsNotRecovered() {
    var leader = leader(7);
    var asked = Election.step(leader, new Input.Recover(GENESIS, 1, List.of()), at(1));
    assertEquals(leader, asked.state());
    var observer = settled(Election.step(follower(THREE, 6), put(recovered(), true), at(0)), at(0));
    assertInstanceOf(Role.Observer.class, observer.role());
    var told = Election.step(observer, new Input.Recover(Bytes.utf8("again"), 2, List.of()), at(1));
    assertEquals(observer, told.state());
    assertEquals(
        new Effect.Forgone(Bytes.utf8("again"), "this node does not vote"),
        only(told, Effect.Forgone.class));
  }

  private static Durable recovered() {
    return Recovery.of(List.of(stored(9, new RecordId(8, 2))), seat(CAT), GENESIS);
  }

  private static Input put(Durable next, boolean committed) {
    var put = new Frame.RecordPut(next.record(), committed);
    return new Input.Received(CAT, new Frame(header(next), put));
  }

  private static Header header(Durable shown) {
    var content = shown.record().content();
    return new Header(
        TestFrames.EU,
        content.generation(),
        content.genesis(),
        shown.term(),
        shown.record().id(),
        TestFrames.store(CAT));
  }

  private static Frame.Message sent(Step step) {
    return only(step, Effect.Send.class).frame().message();
  }

  private static Seat seat(NodeId node) {
    return new Seat(node, TestFrames.store(node), 10);
  }

  private static Durable stored(long term, RecordId id, Gate... gates) {
    var first = TestFrames.options(ANN, THREE).first().content();
    var record =
        new ScopeRecord(id, first.with(List.of(gates), List.of(gone(term)), List.of(), List.of()));
    return new Durable(term, BOB, record, record, first.maxPromise());
  }

  private static Revocation gone(long term) {
    return new Revocation(Bytes.EMPTY, NodeId.of("eu", "gone" + term), Revocation.NEVER);
  }

  private static Gate gate(String change, int version, long epoch) {
    return new Gate(change, version, 0, 9, Bytes.EMPTY, epoch);
  }
}
