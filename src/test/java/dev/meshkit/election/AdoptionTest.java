package dev.meshkit.election;

import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.NOON;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.says;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** R4, R5: what a later record does to who stores it; and rules of rounds that no seed reaches. */
final class AdoptionTest {
  private static final RecordId LATER = new RecordId(9, 1);

  private static Step told(State state, RecordId id) {
    var record = new ScopeRecord(id, state.record().content());
    return Election.step(
        state, says(BOB, id.term(), id, new Frame.RecordPut(record, false)), at(1));
  }

  /** R4: a record of a later term raises the term. */
  @Test
  void aLaterRecordRaisesTheTerm() {
    var step = told(follower(THREE, 6), LATER);
    assertEquals(LATER, step.state().record().id());
    assertEquals(9, step.state().term());
    assertTrue(step.state().current().voted().isNobody());
  }

  /** R4: a campaign ends with the record that it asked with. */
  @Test
  void aLaterRecordEndsACampaign() {
    var fired = Election.step(follower(THREE, 6), Input.Tick.NOW, at(0)).state();
    var round = assertInstanceOf(Role.PreCandidate.class, fired.role()).round();
    var step = told(fired, new RecordId(6, 1)); // of its own term, which ends none
    assertInstanceOf(Role.Follower.class, step.state().role());
    assertEquals(round.id(), only(step, Effect.Abort.class).round());
  }

  /** R5: who stores a record, but in a later term, does not hold it for the leader of its term. */
  @Test
  void onlyTheVeryTermHolds() {
    var record = new RecordId(6, 3);
    assertTrue(header(6, record).holds(record));
    assertFalse(header(7, record).holds(record));
    assertFalse(header(6, new RecordId(5, 3)).holds(record));
  }

  private static Header header(long term, RecordId rec) {
    return says(BOB, term, rec, new Frame.RecordGet(rec)).frame().header();
  }

  /** §6: who lost a round waits U(0, J·min(1 + k, 4)), so that two do not meet again and again. */
  @Test
  void aLostRoundIsFollowedByAWaitThatIsDrawn() {
    var fired = Election.step(follower(THREE, 6), Input.Tick.NOW, at(0)).state();
    var round = assertInstanceOf(Role.PreCandidate.class, fired.role()).round();
    var lost = new Input.Counted(TestFrames.ballot(round, Why.VOTED, BOB, TestFrames.CAT));
    var soon = Election.step(fired, lost, at(10)).state().fireAt();
    assertEquals(NOON.plusMillis(10), soon, "drawn 0");
    var late = Election.step(fired, lost, new Facts(NOON.plusMillis(10), -1)).state().fireAt();
    assertTrue(late.isAfter(NOON.plusMillis(10 + 199)), late::toString);
    assertTrue(late.isBefore(NOON.plusMillis(10 + 200)), late::toString);
  }
}
