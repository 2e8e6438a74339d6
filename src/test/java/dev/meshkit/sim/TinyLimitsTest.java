package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** V14: a third of the seeds has next to no room where frames wait, and frames find none there. */
class TinyLimitsTest {
  @Test
  void everyThirdSeedIsTiny() {
    var tiny = LongStream.rangeClosed(1, 300).filter(Tiny::is);
    assertEquals(100, tiny.count());
  }

  /** What waits already is not asked again, and leaves room when it comes through. */
  @Test
  void aFullMailboxRefusesAndCounts() {
    var seen = new Coverage();
    var mailbox = new SimMailbox(2, seen);
    assertTrue(mailbox.takes(7));
    assertTrue(mailbox.takes(8));
    assertTrue(mailbox.takes(7));
    assertFalse(mailbox.takes(9));
    assertEquals(1, seen.of(Coverage.Seen.MAILBOX_FULL));
    mailbox.taken(7);
    assertTrue(mailbox.takes(9));
  }

  /** Who stands still loses what comes, in seeds with little room, and in no other. */
  @Test
  void theLimitIsHitInTinySeedsOnly() {
    var full = new Coverage();
    var roomy = new Coverage();
    for (var seed = 301L; seed <= 318; seed++) {
      var outcome = Scenario.ELECTION_CHAOS.run(seed);
      assertTrue(outcome.passed(), outcome::report);
      (seed % 3 == 0 ? full : roomy).add(outcome.coverage());
    }
    assertTrue(full.of(Coverage.Seen.MAILBOX_FULL) > 0, full::toString);
    assertEquals(0, roomy.of(Coverage.Seen.MAILBOX_FULL), roomy::toString);
  }

  /** A campaign in which somebody never ran out of one of the rooms fails, whichever that is. */
  @Test
  void aCampaignThatNeverHitALimitIsVacuous() {
    var kinds = List.of("MAILBOX_FULL", "AGENDA_FULL");
    for (var limit : kinds) assertTrue(asked(Scenario.ELECTION_CHAOS, limit), limit);
    for (var limit :
        List.of(
            "MAILBOX_FULL",
            "MEMBER_REFUSED",
            "FRAME_FULL",
            "URGENT_FULL",
            "ERRAND_DROPPED",
            "SYNC_PART")) assertTrue(asked(Scenario.GOSSIP_LOSS, limit), limit);
  }

  private static boolean asked(Scenario scenario, String limit) {
    return Gates.missing(List.of(new Campaign(scenario))).contains("VACUOUS: saw 0 of 1 " + limit);
  }
}
