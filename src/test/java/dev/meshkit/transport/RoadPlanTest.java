package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError;
import dev.meshkit.runtime.Chance;
import dev.meshkit.transport.RoadPlan.Facts;
import dev.meshkit.transport.RoadPlan.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T26, T27, T28: the table of the roads, row by row, without a network. */
class RoadPlanTest {
  private static final RoadTimes TIMES = RoadTimes.DEFAULTS;
  private static final Instant NOON = Instant.EPOCH.plus(Duration.ofHours(12));
  private static final MeshError REVOKED =
      new RoadFailure(RoadFailure.Kind.IDENTITY, "MK-TLS-003", "revoked").error("dial");
  private static final MeshError SILENT =
      new RoadFailure(RoadFailure.Kind.TIMEOUT, "MK-TLS-013", "no answer").error("dial");

  /**
   * T26: of the 2.5 s after which HTTP/2 carries calls HTTP/3 has 2 s, in which HTTP/2 is dialled
   * beside it. What a race takes in fact is measured by {@code make chaos CASE=road-bounds}.
   */
  @Test
  void http2HasHalfASecondOfItsBoundForItself() {
    assertTrue(TIMES.h3Patience().plusMillis(500).toMillis() <= 2_500, TIMES::toString);
    assertTrue(TIMES.h2After().plusMillis(1_000).compareTo(TIMES.h3Patience()) < 0);
    assertTrue(TIMES.h3Patience().compareTo(TIMES.dial()) < 0, "HTTP/3 is not waited for");
  }

  private static Facts at(Instant now) {
    return new Facts(now, TIMES, Chance.seeded(1));
  }

  private static Instant after(Duration time) {
    return NOON.plus(time);
  }

  private static State.OnH2 h2(RoadPlan plan) {
    return (State.OnH2) plan.state();
  }

  @Test
  void aDialThatHttp3WinsIsOnHttp3() {
    assertEquals(new State.OnH3(), RoadPlan.idle().won(RoadKind.H3, false, at(NOON)).state());
  }

  @Test
  void aDowngradeIsRetriedAfterAMinuteMoreOrLess() {
    var fallen = RoadPlan.idle().won(RoadKind.H2, true, at(NOON));
    assertFalse(fallen.isRetryDue(after(Duration.ofSeconds(47))));
    assertTrue(fallen.isRetryDue(after(Duration.ofSeconds(72))));
  }

  /**
   * HTTP/2 that does not wait would be dialled beside an HTTP/3 that refuses an identity: there
   * must be a reason.
   */
  @Test
  void onlyUdpThatFailedWhereTcpPassesLetsHttp2GoAtOnce() {
    var fallen = RoadPlan.idle().won(RoadKind.H2, true, at(NOON));
    assertFalse(fallen.doubtsH3(at(NOON)), "a downgrade may have any reason");
    assertFalse(RoadPlan.idle().failed(SILENT, at(NOON)).doubtsH3(at(NOON)), "no road passed");
    assertFalse(fallen.stillOnH2(at(NOON)).doubtsH3(at(NOON)));
    var doubtful = fallen.doubtful(at(NOON));
    assertTrue(doubtful.doubtsH3(at(after(Duration.ofMinutes(9)))));
    assertFalse(doubtful.doubtsH3(at(after(Duration.ofMinutes(10)))));
    assertTrue(doubtful.lost().failed(SILENT, at(NOON)).doubtsH3(at(NOON)), "it is kept");
    assertFalse(doubtful.promoted().doubtsH3(at(NOON)));
    assertFalse(doubtful.lost().won(RoadKind.H3, false, at(NOON)).doubtsH3(at(NOON)));
  }

  @ParameterizedTest
  @EnumSource(RoadFailure.Kind.class)
  void suchAFailureIsNoAnswerOrNotOneOfHttp3(RoadFailure.Kind kind) {
    var expected = kind == RoadFailure.Kind.TIMEOUT || kind == RoadFailure.Kind.PROTOCOL;
    assertEquals(expected, RoadFailure.isOfUdp(kind));
  }

  @Test
  void whereHttp3IsNotPermittedItIsNeverRetried() {
    var only = RoadPlan.idle().won(RoadKind.H2, false, at(NOON));
    assertFalse(only.isRetryDue(after(Duration.ofDays(1))));
    assertFalse(only.moved(NOON).isRetryDue(NOON));
    assertFalse(only.doubtsH3(at(NOON)));
  }

  @Test
  void eachVainRetryDoublesThePauseUpToAQuarterOfAnHour() {
    var plan = RoadPlan.idle().won(RoadKind.H2, true, at(NOON));
    for (var seconds : new long[] {120, 240, 480, 900, 900}) {
      plan = plan.stillOnH2(at(NOON));
      assertEquals(Duration.ofSeconds(seconds), h2(plan).pause());
      var wait = Duration.between(NOON, h2(plan).retryAt()).toMillis() / 1000.0;
      assertTrue(wait >= 0.8 * seconds && wait <= 1.2 * seconds, "waits " + wait);
    }
  }

  @Test
  void twoDowngradesInTenMinutesBeginAtFourTimesThePause() {
    var once = RoadPlan.idle().won(RoadKind.H2, true, at(NOON)).promoted().lost();
    var soon = once.won(RoadKind.H2, true, at(after(Duration.ofMinutes(9))));
    var late = once.won(RoadKind.H2, true, at(after(Duration.ofMinutes(11))));
    assertEquals(Duration.ofMinutes(4), h2(soon).pause());
    assertEquals(Duration.ofMinutes(1), h2(late).pause());
  }

  @Test
  void whereHttp3WasOnlySlowItIsTriedAgainAtOnceAndThenAfterAMinuteMoreOrLess() {
    var cold = RoadPlan.idle().won(RoadKind.H2, true, at(NOON)).undecided(at(NOON));
    assertTrue(cold.isRetryDue(NOON));
    var vain = cold.stillOnH2(at(NOON));
    assertFalse(vain.isRetryDue(after(Duration.ofSeconds(47))));
    assertTrue(vain.isRetryDue(after(Duration.ofSeconds(72))));
    assertEquals(new State.OnH3(), cold.promoted().state());
  }

  @Test
  void whereHttp3WasSlowASecondTimeItIsNotTriedAtOnce() {
    var once = RoadPlan.idle().won(RoadKind.H2, true, at(NOON)).promoted().lost();
    var soon = at(after(Duration.ofMinutes(1)));
    var twice = once.won(RoadKind.H2, true, soon).undecided(soon);
    assertEquals(Duration.ofMinutes(4), h2(twice).pause());
    assertFalse(twice.isRetryDue(soon.now()));
    assertEquals(
        new State.OnH3(), RoadPlan.idle().won(RoadKind.H3, false, soon).undecided(soon).state());
  }

  @Test
  void anotherAddressMakesTheRetryDueAtOnce() {
    var fallen = RoadPlan.idle().won(RoadKind.H2, true, at(NOON)).moved(NOON);
    assertTrue(fallen.isRetryDue(NOON));
  }

  @Test
  void aRefusedIdentityBlocksForAMinute() {
    var blocked = RoadPlan.idle().failed(REVOKED, at(NOON));
    assertEquals(Optional.of(REVOKED), blocked.refusal(after(Duration.ofSeconds(59))));
    assertEquals(Optional.empty(), blocked.refusal(after(Duration.ofSeconds(60))));
  }

  @Test
  void whatElseFailsDoesNotBlock() {
    var failed = RoadPlan.idle().failed(SILENT, at(NOON));
    assertEquals(new State.Idle(), failed.state());
    assertEquals(Optional.empty(), failed.refusal(NOON));
  }

  @Test
  void aRefusedIdentityBlocksARoadThatWorksToo() {
    var fallen = RoadPlan.idle().won(RoadKind.H2, true, at(NOON));
    assertEquals(Optional.of(REVOKED), fallen.failed(REVOKED, at(NOON)).refusal(NOON));
  }

  @Test
  void anotherAddressEndsABlock() {
    var moved = RoadPlan.idle().failed(REVOKED, at(NOON)).moved(NOON);
    assertEquals(Optional.empty(), moved.refusal(NOON));
  }

  @Test
  void theLossOfARoadLiftsNoBlock() {
    var blocked = RoadPlan.idle().failed(REVOKED, at(NOON)).lost();
    assertEquals(Optional.of(REVOKED), blocked.refusal(NOON));
  }

  @Test
  void aRoadThatIsLostIsDialledAtOnce() {
    var lost = RoadPlan.idle().won(RoadKind.H3, false, at(NOON)).lost();
    assertEquals(new State.Idle(), lost.state());
    assertFalse(lost.doubtsH3(at(NOON)));
  }
}
