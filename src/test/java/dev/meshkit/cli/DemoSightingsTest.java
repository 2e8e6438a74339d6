package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.cli.DemoSightings.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** O3: dual leaders and the leaderless gap are what observers can prove. */
class DemoSightingsTest {
  private static final Claim N1 = new Claim("region/eu", 1, 7, "n1");
  private static final Claim N2 = new Claim("region/eu", 1, 8, "n2");
  private static final Claim RIVAL = new Claim("region/eu", 1, 7, "n3");

  private final DemoSightings sightings = new DemoSightings();

  @Test
  void oneLeaderAfterAnotherIsNoDualLeader() {
    sightings.led(N1, at(0), at(10));
    sightings.led(N1, at(500), at(510));
    sightings.led(N2, at(520), at(530));
    sightings.led(N2, at(900), at(910));
    sightings.heard(N1);
    assertEquals(0, sightings.dualLeaders().size());
  }

  /** What others repeat proves nobody's authority. */
  @Test
  void aScopeIsSeenRuledOnceItsLeaderSaysSoItself() {
    sightings.heard(N1);
    assertFalse(sightings.sawRuled("region/eu"));
    sightings.led(N1, at(0), at(10));
    assertTrue(sightings.sawRuled("region/eu"));
    assertFalse(sightings.sawRuled("global"));
  }

  /** Two nodes with one fence, whoever says so and whenever. */
  @Test
  void oneFenceInTwoHandsIsDual() {
    sightings.heard(N1);
    sightings.heard(RIVAL);
    var both = sightings.dualLeaders();
    assertEquals(1, both.size());
    var n1 = "n1 over region/eu with fence 1.7, as others say";
    var n3 = "n3 over region/eu with fence 1.7, as others say";
    assertTrue(Set.of(n1 + " and " + n3, n3 + " and " + n1).containsAll(both), both.toString());
  }

  /** n1 led before and after a moment at which n2 led as well. */
  @Test
  void overlappingAuthorityIsDualThoughTheFencesDiffer() {
    sightings.led(N1, at(0), at(10));
    sightings.led(N2, at(100), at(110));
    sightings.led(N1, at(700), at(710));
    sightings.led(N2, at(300), at(310));
    assertEquals(1, sightings.dualLeaders().size());
  }

  /** What overlaps only within the time between question and answer is not proven. */
  @Test
  void aSlowAnswerProvesNothing() {
    sightings.led(N1, at(0), at(10));
    sightings.led(N1, at(200), at(900));
    sightings.led(N2, at(205), at(300));
    sightings.led(N2, at(910), at(920));
    assertEquals(0, sightings.dualLeaders().size());
  }

  @Test
  void leadersOfTwoScopesAreNotRivals() {
    sightings.led(N1, at(0), at(10));
    sightings.led(N1, at(90), at(100));
    sightings.led(new Claim("global", 1, 7, "n2"), at(20), at(30));
    sightings.led(new Claim("global", 1, 7, "n2"), at(80), at(85));
    assertEquals(0, sightings.dualLeaders().size());
  }

  /** The gap ends with the successor's own word; what others say of it does not count. */
  @Test
  void theGapEndsWithTheFirstOwnWordOfAGreaterFence() {
    sightings.led(N1, at(0), at(10));
    assertEquals(Optional.empty(), sightings.gapAfter(N1, at(100)));
    sightings.heard(N2);
    assertEquals(Optional.empty(), sightings.gapAfter(N1, at(100)));
    sightings.led(N2, at(790), at(800));
    sightings.led(N2, at(900), at(910));
    assertEquals(Optional.of(Duration.ofMillis(700)), sightings.gapAfter(N1, at(100)));
  }

  private static Instant at(long millis) {
    return Instant.EPOCH.plusMillis(millis);
  }
}
