package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.Heartbeat.Step;
import java.time.Duration;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

/** T17 without a network: how long a path may be silent. Time is ticks of 250 ms. */
class HeartbeatTest {
  private static final long A_SECOND = 4;
  private static final long NO_TRIP = 0;

  private final Heartbeat heartbeat = new Heartbeat(KeepAlive.defaults());
  private long packets;

  /** Ticks until this step comes, asking when asked to. */
  private long ticksUntil(Step wanted, boolean busy, long roundTripMs) {
    for (var tick = 1L; tick < 100_000; tick++) {
      var step = heartbeat.tick(packets, busy);
      if (step == Step.ASK) heartbeat.asked(roundTripMs);
      if (step == wanted) return tick;
    }
    throw new AssertionError(wanted + " never comes");
  }

  /** T17: an idle connection is asked every 10 s and lives on, for an hour. */
  @Test
  void anAnsweringPeerIsKeptForAnHour() {
    var asked = asksWithin(3_600 * A_SECOND, false, _ -> true);
    assertEquals(
        3_600 / 10.25, (double) asked, 1.0); // 10 s of silence, then the tick that sees the answer
  }

  /** And a tick more, in which a frame that comes each second may come late. */
  @Test
  void withCallsOpenASecondOfSilenceIsEnough() {
    assertEquals(A_SECOND + 1, ticksUntil(Step.ASK, true, NO_TRIP));
  }

  @Test
  void whoSendsAFrameEachSecondIsNotAskedThoughItBeLate() {
    for (var frame = 0; frame < 100; frame++) {
      packets++;
      for (var tick = 0L; tick <= A_SECOND; tick++) {
        assertEquals(Step.NOTHING, heartbeat.tick(packets, true));
      }
    }
  }

  /** Who wants to know sooner is told sooner. */
  @Test
  void aShorterTimeIsKeptToTheTick() {
    var quick = new Heartbeat(KeepAlive.defaults().withTime(Duration.ofMillis(500)));
    assertEquals(Step.NOTHING, quick.tick(0, true));
    assertEquals(Step.ASK, quick.tick(0, true));
  }

  /** §7: 1 s of silence, 3 s for the answer; with a tick each for seeing it, within 4.5 s. */
  @Test
  void aSilentPathIsLostThreeSecondsAfterTheQuestion() {
    var lost = ticksUntil(Step.LOST, true, NO_TRIP);
    assertEquals(4 * A_SECOND, lost);
    assertTrue((lost + 2) * 250 <= 4_500);
  }

  @Test
  void aSlowPathHasSixRoundTripsToAnswer() {
    ticksUntil(Step.ASK, true, 1_000);
    assertEquals(6 * A_SECOND - 1, ticksUntil(Step.LOST, true, 1_000));
  }

  /** Whoever needs another path has time to look for one before this one is given up. */
  @Test
  void aPathIsInDoubtLongBeforeItIsLostAndNoLongerOnceAPacketComes() {
    assertFalse(heartbeat.isQuiet());
    ticksUntil(Step.ASK, true, NO_TRIP);
    heartbeat.tick(packets, true);
    assertFalse(heartbeat.isQuiet());
    heartbeat.tick(packets, true);
    assertTrue(heartbeat.isQuiet(), "half a second after the question");
    packets++;
    heartbeat.tick(packets, true);
    assertFalse(heartbeat.isQuiet());
  }

  /** Nobody doubts a path that is only slow. */
  @Test
  void aSlowPathIsInDoubtAfterThreeRoundTrips() {
    ticksUntil(Step.ASK, true, 1_000);
    for (var tick = 0; tick < 3 * A_SECOND; tick++) {
      assertFalse(heartbeat.isQuiet());
      assertEquals(Step.NOTHING, heartbeat.tick(packets, true));
    }
    assertTrue(heartbeat.isQuiet());
  }

  @Test
  void aPacketEndsTheWait() {
    ticksUntil(Step.ASK, true, NO_TRIP);
    heartbeat.asked(NO_TRIP);
    packets++;
    assertEquals(Step.NOTHING, heartbeat.tick(packets, true));
    assertEquals(A_SECOND + 1, ticksUntil(Step.ASK, true, NO_TRIP));
  }

  @Test
  void withoutCallsNobodyAsksIfToldSo() {
    var quiet = new Heartbeat(KeepAlive.defaults().withoutCalls(false));
    for (var tick = 0; tick < 1_000; tick++) assertEquals(Step.NOTHING, quiet.tick(0, false));
  }

  @Test
  void foreverMeansNever() {
    var never = new Heartbeat(KeepAlive.defaults().withTime(Lifetime.FOREVER));
    for (var tick = 0; tick < 1_000; tick++) assertEquals(Step.NOTHING, never.tick(0, true));
  }

  private long asksWithin(long ticks, boolean busy, LongPredicate answered) {
    var asks = 0L;
    for (var tick = 0L; tick < ticks; tick++) {
      switch (heartbeat.tick(packets, busy)) {
        case NOTHING -> {}
        case LOST -> throw new AssertionError("lost at tick " + tick);
        case ASK -> {
          asks++;
          heartbeat.asked(NO_TRIP);
          if (answered.test(tick)) packets++;
        }
      }
    }
    return asks;
  }
}
