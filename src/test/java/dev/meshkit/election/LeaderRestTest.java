package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.NOON;
import static dev.meshkit.election.TestFrames.PROFILE;
import static dev.meshkit.election.TestFrames.ack;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.leader;
import static dev.meshkit.election.TestFrames.says;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a leader says nothing whom all voters answer. */
final class LeaderRestTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /**
   * tick: heard by all and with nothing to tell, it beats four times a second; with one ack late,
   * each H.
   */
  @Test
  void aLeaderHeardByAllAtOnceBeatsLessOften() {
    var resting = Election.step(leader(7), ack(CAT, 7, 1), at(5)).state();
    assertEquals(NOON.plusMillis(250), resting.due());
    var beaten = Election.step(resting, Input.Tick.NOW, at(250)).state();
    assertEquals(NOON.plusMillis(350), beaten.due());
    var half = Election.step(beaten, ack(BOB, 7, 2), at(251)).state();
    assertEquals(NOON.plusMillis(350), half.due(), "one of two voters is not heard yet");
    var again = Election.step(half, Input.Tick.NOW, at(350));
    assertEquals(2, all(again, Effect.Send.class).size());
    var late = Election.step(again.state(), ack(CAT, 7, 2), at(351)).state();
    assertEquals(NOON.plusMillis(450), late.due(), "an older beat's ack is none of the latest");
  }

  /**
   * tick: scopes of one node beat together: their beats come when the clock shows so many rests.
   */
  @Test
  void aLeaderThatRestsBeatsAtMultiplesOfItsRest() {
    assertEquals(NOON.plusMillis(250), heardAfterBeatAt(100).due());
    assertEquals(NOON.plusMillis(250), heardAfterBeatAt(150).due());
    assertEquals(NOON.plusMillis(251), heardAfterBeatAt(151).due(), "but not before H has passed");
    assertEquals(NOON.plusMillis(500), heardAfterBeatAt(250).due());
    assertEquals(NOON.plusMillis(500), heardAfterBeatAt(253).due(), "no drift");
  }

  /**
   * {@code ack}: after a rest the acknowledgements of a beat are waited for together, else one by
   * one.
   */
  @Test
  void afterARestAcknowledgementsAreWaitedForTogether() {
    assertEquals(0, together(leader(7), 1), "its first beat");
    var resting = Election.step(leader(7), ack(CAT, 7, 1), at(5)).state();
    var beaten = Election.step(resting, Input.Tick.NOW, at(257)).state();
    assertEquals(2, together(beaten, 258));
    assertEquals(NOON.plusMillis(257 + 25), beaten.acksBy());
    assertEquals(0, together(beaten, 257 + 25), "what comes now is late, and says something new");
    assertTrue(beaten.isAck(ack(BOB, 7, 2)));
    assertFalse(beaten.isAck(ack(BOB, 8, 2)), "of a term that ends this one");
    assertFalse(beaten.isAck(Input.Tick.NOW));
    var half = Election.step(beaten, ack(BOB, 7, 2), at(258)).state();
    assertEquals(1, together(half, 259));
    var again = Election.step(half, Input.Tick.NOW, at(357 + 90)).state(); // and that late itself
    assertEquals(0, together(again, 448), "somebody is silent: each that speaks is heard at once");
    assertEquals(0, together(follower(List.of(BOB, CAT), 7), 1));
  }

  /** Of those that waited for each other only the last tells how long a round trip is. */
  @Test
  void whatWaitedTellsNoRoundTrip() {
    var resting = Election.step(leader(7), ack(CAT, 7, 1), at(5)).state();
    var beaten = Election.step(resting, Input.Tick.NOW, at(250)).state();
    var half = Election.step(beaten, ack(BOB, 7, 2), at(270)).state();
    assertEquals(beaten.trips(), half.trips());
    var both = Election.step(half, ack(CAT, 7, 2), at(270)).state();
    assertNotEquals(half.trips(), both.trips());
  }

  private static int together(State state, long ms) {
    return state.acksTogether(at(ms).now());
  }

  private static State heardAfterBeatAt(long ms) {
    var beaten = Election.step(leader(7), Input.Tick.NOW, at(ms)).state();
    for (var from : List.of(BOB, CAT))
      beaten = Election.step(beaten, ack(from, 7, 2), at(ms + 1)).state();
    return beaten;
  }

  /** tick: answers that come late keep the beats at H: where there is load, there is no rest. */
  @Test
  void aLeaderHeardByAllButLateBeatsEachH() {
    assertEquals(Duration.ofMillis(25), PROFILE.atOnce());
    var prompt = Election.step(leader(7), ack(CAT, 7, 1), at(25)).state();
    assertEquals(NOON.plusMillis(250), prompt.due());
    var late = Election.step(leader(7), ack(CAT, 7, 1), at(26)).state();
    assertEquals(NOON.plusMillis(100), late.due());
    var still = Election.step(prompt, ack(BOB, 7, 1), at(90)).state();
    assertEquals(NOON.plusMillis(250), still.due(), "what was heard at once stays so");
  }

  /** tick, E19: voters that promise less than they are asked leave no time to rest. */
  @Test
  void aLeaderWithShortPromisesBeatsEachH() {
    var beaten = Election.step(leader(7), Input.Tick.NOW, at(100)).state();
    for (var from : List.of(BOB, CAT)) {
      var little = new Frame.BeatAck(2, 0, Duration.ofMillis(500), true);
      beaten = Election.step(beaten, says(from, 7, new RecordId(7, 1), little), at(101)).state();
    }
    assertEquals(NOON.plusMillis(200), beaten.due());
  }

  /** tick, E19: after a rest two more beats at H leave before the tenure ends, in each profile. */
  @Test
  void aRestLeavesRoomForTwoMoreBeats() {
    assertEquals(Duration.ofMillis(250), PROFILE.rest());
    assertEquals(Duration.ofSeconds(1).dividedBy(3), Profile.REGION.rest());
    assertEquals(Duration.ofSeconds(1).dividedBy(16), Profile.FAST.rest());
    assertEquals(Duration.ofSeconds(1), Profile.WAN.rest(), "after which a link would ask");
    assertEquals(Duration.ofSeconds(2), beating(2_000).rest(), "but never less than H");
    for (var profile : List.of(Profile.FAST, PROFILE, Profile.REGION, Profile.WAN)) {
      var acting = new Drift(Content.RHO_PPM).carries(profile.promise()).minus(profile.epsilon());
      var third = profile.rest().plus(profile.heartbeat().multipliedBy(2));
      assertTrue(third.compareTo(acting) <= 0, profile.toString());
    }
  }

  /**
   * tick: a leader of a region beats at the thirds of a second on the clock; three beats are one.
   */
  @Test
  void aLeaderOfARegionBeatsAtThirdsOfASecond() {
    var state = leader(Profile.REGION, 7);
    var beats = new ArrayList<Duration>();
    for (var seq = 1; seq <= 7; seq++) {
      state = heardByAll(state, seq, Duration.between(NOON, beatAt(beats)));
      beats.add(Duration.between(NOON, state.due()));
      var due = new Facts(state.due(), 0);
      var beaten = Election.step(state, Input.Tick.NOW, due);
      assertEquals(2, all(beaten, Effect.Send.class).size(), "to Bob and Cat");
      state = settled(beaten, due);
    }
    var third = SECOND.dividedBy(3).plusNanos(1); // rounded up: never before the clock shows it
    var thirds = List.of(third, SECOND.multipliedBy(2).dividedBy(3).plusNanos(1), SECOND);
    assertEquals(thirds, beats.subList(0, 3));
    assertEquals(thirds.stream().map(SECOND::plus).toList(), beats.subList(3, 6));
    assertEquals(SECOND.multipliedBy(2).plus(third), beats.getLast(), "no drift");
  }

  private static Instant beatAt(List<Duration> beats) {
    return NOON.plus(beats.isEmpty() ? Duration.ZERO : beats.getLast());
  }

  /** A millisecond after its beat {@code seq}, which left {@code since} after noon. */
  private static State heardByAll(State state, long seq, Duration since) {
    var heard = state;
    for (var from : List.of(BOB, CAT))
      heard =
          Election.step(
                  heard,
                  ack(from, Profile.REGION, 7, seq),
                  new Facts(NOON.plus(since).plusMillis(1), 0))
              .state();
    return heard;
  }

  private static Profile beating(long millis) {
    var h = Duration.ofMillis(millis);
    var p = h.multipliedBy(6);
    return new Profile(h, p, h, h, p, p, Duration.ZERO);
  }
}
