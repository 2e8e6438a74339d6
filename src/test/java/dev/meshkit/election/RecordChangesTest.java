package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.DAN;
import static dev.meshkit.election.TestFrames.PROFILE;
import static dev.meshkit.election.TestFrames.ack;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.leader;
import static dev.meshkit.election.TestFrames.says;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What else a scope's record holds: revocations, bounds of time, and who changed it. */
final class RecordChangesTest {
  private static final RecordId NEXT = new RecordId(7, 2);
  private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
  private static final Revocation BOB_GONE = new Revocation(Bytes.EMPTY, BOB, Revocation.NEVER);

  /** §2.4: a revocation is in the record, once a key and node, until it is taken back. */
  @Test
  void aRevocationStaysUntilItIsTakenBack() {
    var key = Bytes.utf8("key").sha256();
    var first = new Revocation(key, NodeId.NOBODY, MAY);
    var later = new Revocation(key, NodeId.NOBODY, MAY.plusSeconds(60));
    var revoked = new Change.Revoke(first).of(new Change.Revoke(BOB_GONE).of(content()));
    assertEquals(List.of(BOB_GONE, first), revoked.revocations());
    assertEquals(List.of(BOB_GONE, later), new Change.Revoke(later).of(revoked).revocations());
    assertTrue(revoked.isRevoked(BOB));
    assertFalse(revoked.isRevoked(CAT));
    var back = new Change.Unrevoke(Bytes.EMPTY, BOB);
    assertEquals("", back.refusal(revoked));
    assertEquals(List.of(first), back.of(revoked).revocations());
    assertEquals("that is not revoked", back.refusal(back.of(revoked)));
    assertEquals("eu/bob is revoked", adds(BOB).refusal(without(revoked, BOB)));
  }

  /** §2: what is revoked until a time leaves with the next version a day after it. */
  @Test
  void anOldRevocationLeaves() {
    var old = new Revocation(Bytes.utf8("key").sha256(), NodeId.NOBODY, MAY);
    var revoked = new Change.Revoke(old).of(new Change.Revoke(BOB_GONE).of(content()));
    var day = MAY.plus(Duration.ofHours(24));
    assertEquals(List.of(BOB_GONE, old), revoked.applying(said("a", day)).revocations());
    assertEquals(List.of(BOB_GONE), revoked.applying(said("a", day.plusMillis(1))).revocations());
  }

  /** §2: the record says of its latest 16 changes who wanted them, why and when. */
  @Test
  void theRecordKeepsItsAuthors() {
    var content = content();
    for (var i = 0; i < 17; i++) content = content.applying(said("c" + i, MAY.plusMillis(i)));
    assertEquals(16, content.audit().size());
    assertEquals(
        new Audit(Bytes.utf8("c1"), new Author("ops", "c1", MAY.plusMillis(1))),
        content.audit().getFirst());
    assertEquals(17, content.applied().size());
    var step = Election.step(leader(7), new Input.Commanded(said("c", MAY)), at(10));
    assertEquals(
        List.of(new Audit(Bytes.utf8("c"), new Author("ops", "c", MAY))),
        step.state().record().content().audit());
    assertThrows(IllegalArgumentException.class, () -> new Author("é".repeat(129), "", MAY));
    assertThrows(IllegalArgumentException.class, () -> new Author("", "x".repeat(257), MAY));
  }

  /** E15: a revocation or removal that leaves no healthy unrevoked quorum is refused. */
  @Test
  void noRevocationCostsTheQuorum() {
    var few = "too few voters that are not revoked can be reached";
    refused(leader(7), new Change.Revoke(BOB_GONE), few);
    var both = Election.step(leader(7), ack(CAT, 7, 1), at(1)).state();
    refused(both, new Change.RemoveVoter(DAN), "eu/dan is no voter");
    var revoked =
        settled(Election.step(both, asks("r", new Change.Revoke(BOB_GONE)), at(2)), at(2));
    assertTrue(revoked.record().content().isRevoked(BOB));
    var committed = Election.step(revoked, acks(CAT, NEXT), at(3)).state();
    refused(committed, revoke(CAT), few);
    refused(committed, revoke(ANN), few);
    refused(
        committed,
        new Change.RemoveVoter(CAT),
        "too few of the others can be reached to go on without eu/cat");
    var removed = Election.step(committed, asks("x", new Change.RemoveVoter(BOB)), at(4)).state();
    assertFalse(removed.record().content().seats(BOB), "a revoked voter may go");
    var own = Election.step(both, asks("o", revoke(ANN)), at(2)).state();
    assertTrue(own.record().content().isRevoked(ANN), "a leader revokes itself while two are left");
  }

  /** E15: limits of number and of size, on what a change would make. */
  @Test
  void whatIsOverALimitIsRefused() {
    var many = new ArrayList<Revocation>();
    for (var i = 0; i < Content.MAX_REVOCATIONS; i++)
      many.add(new Revocation(Bytes.utf8("k" + i).sha256(), NodeId.of("eu", "n".repeat(30)), MAY));
    var full = content().revoking(many);
    assertTrue(full.fits());
    assertEquals("a scope has at most 512 revocations", revoke(BOB).refusal(full));
    assertEquals("", new Change.Revoke(many.getFirst()).refusal(full));
    var gates = new ArrayList<Gate>();
    for (var i = 0; i < Content.MAX_GATES; i++)
      gates.add(new Gate("%064d".formatted(i), 1, 0, 1, Bytes.of(new byte[64]), i));
    assertFalse(full.gated(gates).fits());
    var room = full.gated(gates.subList(0, 100));
    while (room.fits()) room = room.gated(gates.subList(0, room.gates().size() + 1));
    var last = gates.subList(0, room.gates().size() - 1);
    var nearly = leader(7);
    nearly = holding(nearly, full.gated(last));
    refused(nearly, new Change.SetGate(gates.get(last.size())), "a record has at most 64 KiB");
    refused(
        leader(7),
        new Change.SetParams(PROFILE.heartbeat().multipliedBy(3).minusMillis(1), 0),
        "a promise shorter than three heartbeats carries no leader");
    var minute = Duration.ofMinutes(1).plusMillis(1);
    assertThrows(IllegalArgumentException.class, () -> new Change.SetParams(minute, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new Change.SetParams(Duration.ofSeconds(1), 500_001));
  }

  /** §4, E18: a shorter max_promise binds new promises at once; the cap follows later. */
  @Test
  void theCapFollowsOnlyAfterTheOldOneHasPassed() {
    var lowered = settled(Election.step(follower(), shorter(300, 2), at(10)), at(10));
    assertEquals(Duration.ofMillis(2_000), lowered.current().cap());
    var beat = Election.step(lowered, beat(lowered, 1), at(11));
    assertEquals(Duration.ofMillis(300), acked(beat).granted());
    var before = Election.step(lowered, Input.Tick.NOW, at(2_009)).state();
    assertEquals(Duration.ofMillis(2_000), before.current().cap());
    var after = Election.step(lowered, Input.Tick.NOW, at(2_010));
    assertEquals(Duration.ofMillis(300), after.state().current().cap());
    assertEquals(
        after.state().current(), only(after, Effect.Persist.class).durable(), "on its way to disk");
    var again = Election.begin(lowered.options(), before.current(), false, at(2_009));
    assertEquals(new Role.Recovering(at(4_009).now()), again.role());
  }

  /** E18: what was promised under each bound must run out before the cap is below it. */
  @Test
  void theWaitBeginsAnewWithEachBound() {
    var once = settled(Election.step(follower(), shorter(600, 2), at(10)), at(10));
    var twice = settled(Election.step(once, shorter(300, 3), at(2_000)), at(2_000));
    var then = Election.step(twice, Input.Tick.NOW, at(2_010)).state();
    assertEquals(Duration.ofMillis(2_000), then.current().cap());
    var late = Election.step(then, Input.Tick.NOW, at(4_000)).state();
    assertEquals(Duration.ofMillis(300), late.current().cap());
    var raised = Election.step(late, shorter(5_000, 4), at(4_001)).state();
    assertEquals(Duration.ofMillis(5_000), raised.current().cap(), "up together with the record");
    assertEquals(Lowering.NONE, raised.lowering());
  }

  private static Frame.BeatAck acked(Step step) {
    return (Frame.BeatAck) all(step, Effect.Send.class).getLast().frame().message();
  }

  private static Input.Received beat(State state, long seq) {
    var beat =
        new Frame.Beat(
            seq, 0, PROFILE.promise(), state.record().content().hash(), TestFrames.FIRST);
    return says(BOB, 7, state.record().id(), beat);
  }

  private static State follower() {
    return TestFrames.follower(TestFrames.THREE, 7);
  }

  private static Input.Received shorter(long millis, long version) {
    var params = new Change.SetParams(Duration.ofMillis(millis), Content.RHO_PPM);
    var record = new ScopeRecord(new RecordId(7, version), params.of(content()));
    return says(BOB, 7, record.id(), new Frame.RecordPut(record, true));
  }

  private static void refused(State state, Change change, String why) {
    var step = Election.step(state, asks("refused", change), at(20));
    assertEquals(new Verdict.Refused(why), only(step, Effect.Replied.class).verdict());
    assertEquals(state.record(), step.state().record());
  }

  /** The same leader, with that content committed. */
  private static State holding(State state, Content content) {
    var turn = new Turn(state, at(1));
    var record = new ScopeRecord(NEXT, content);
    turn.current = turn.current.storing(record).viewing(record);
    turn.disk = Disk.holding(turn.current, at(1).now());
    return turn.state();
  }

  private static Change revoke(NodeId node) {
    return new Change.Revoke(new Revocation(Bytes.EMPTY, node, Revocation.NEVER));
  }

  private static Change adds(NodeId node) {
    return new Change.AddVoter(new Seat(node, TestFrames.store(node), 10));
  }

  private static Content without(Content content, NodeId node) {
    return new Change.RemoveVoter(node).of(content);
  }

  private static Content content() {
    return leader(7).record().content();
  }

  private static Command said(String id, Instant wall) {
    var gate = new Change.SetGate(new Gate("g", 1, 0, 1, Bytes.EMPTY, 1));
    return new Command(Bytes.utf8(id), Command.ANY, gate, new Author("ops", id, wall));
  }

  private static Input asks(String id, Change change) {
    return new Input.Commanded(new Command(Bytes.utf8(id), Command.ANY, change));
  }

  private static Input.Received acks(NodeId from, RecordId rec) {
    return says(from, 7, rec, new Frame.BeatAck(1, 0, PROFILE.promise(), true));
  }
}
