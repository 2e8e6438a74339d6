package dev.meshkit.election;

import static dev.meshkit.election.Steps.all;
import static dev.meshkit.election.Steps.only;
import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.BOB;
import static dev.meshkit.election.TestFrames.CAT;
import static dev.meshkit.election.TestFrames.FIVE;
import static dev.meshkit.election.TestFrames.PROFILE;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.ack;
import static dev.meshkit.election.TestFrames.answer;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.ballot;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.leader;
import static dev.meshkit.election.TestFrames.options;
import static dev.meshkit.election.TestFrames.says;
import static dev.meshkit.election.TestFrames.settled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** §6: how long a promise is, and how long a round waits, follow from the network and the disk. */
class MeasuredTest {
  private static final Duration ZERO = Duration.ZERO;
  private static final Duration MOST = PROFILE.maxPromise();

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }

  private static Measured measured(long srtt, long rttvar, long w99) {
    return new Measured(new RoundTrip(ms(srtt), ms(rttvar)), ms(w99));
  }

  private static Duration promise(long srtt, long rttvar, long w99, long before) {
    return measured(srtt, rttvar, w99).promise(PROFILE, ms(before), MOST);
  }

  /** P = clamp(max(6H, 10·SRTT, SRTT + 4·RTTVAR + 2·W99), floor, max_promise). */
  @Test
  void aPromiseIsAsLongAsTheNetworkAndTheDiskNeed() {
    assertEquals(ms(600), promise(0, 0, 0, 0), "the floor, and 6 H");
    assertEquals(ms(600), promise(60, 100, 50, 0));
    assertEquals(ms(700), promise(70, 100, 50, 0), "10 SRTT");
    assertEquals(ms(1_070), promise(70, 200, 100, 0), "SRTT + 4 RTTVAR + 2 W99");
    assertEquals(MOST, promise(300, 0, 0, 0), "as long as the record permits");
    assertEquals(MOST, promise(0, 0, 60_000, 0));
    var slow = new Profile(ms(200), ms(700), ms(200), ms(50), ms(2_000), ms(2_000), ms(20));
    assertEquals(ms(1_200), measured(0, 0, 0).promise(slow, ZERO, MOST), "6 H");
  }

  /** A beat carries whole milliseconds: what it asks for is no less than what is needed. */
  @Test
  void aPromiseIsRoundedUp() {
    var trip = new RoundTrip(Duration.ofNanos(70_000_001), ZERO);
    assertEquals(ms(701), new Measured(trip, ZERO).promise(PROFILE, ZERO, MOST));
  }

  /** A record that permits less than the floor does not raise it: voters grant no more. */
  @Test
  void theFloorIsAskedForAtLeast() {
    assertEquals(ms(600), measured(0, 0, 0).promise(PROFILE, ZERO, ms(400)));
    assertEquals(ms(600), measured(900, 0, 0).promise(PROFILE, ZERO, ms(400)));
  }

  /** Rises at once, falls 1 % a heartbeat. */
  @Test
  void aPromiseRisesAtOnceAndFallsSlowly() {
    assertEquals(ms(1_500), promise(150, 0, 0, 600));
    assertEquals(ms(1_485), promise(0, 0, 0, 1_500));
    assertEquals(ms(1_470), promise(0, 0, 0, 1_485));
    assertEquals(ms(600), promise(0, 0, 0, 601));
  }

  /** Round deadline max(J, 4·SRTT + 2·W99). */
  @Test
  void aRoundWaitsForAnswersThatAreUnderWay() {
    assertEquals(PROFILE.jitter(), measured(30, 500, 40).deadline(PROFILE));
    assertEquals(ms(260), measured(40, 500, 50).deadline(PROFILE));
  }

  /** RFC 6298: α = 1/8, β = 1/4, the variation first. */
  @Test
  void roundTripsAreSmoothed() {
    var first = RoundTrip.first(ms(80));
    assertEquals(new RoundTrip(ms(80), ms(40)), first);
    assertEquals(new RoundTrip(ms(90), ms(50)), first.and(ms(160)));
    assertEquals(new RoundTrip(ms(70), ms(50)), first.and(ZERO));
  }

  /** SRTT of the slowest voter in the fastest quorum, this node included. */
  @Test
  void theFastestQuorumCounts() {
    var three = options(ANN, THREE).first().content();
    var five = options(ANN, FIVE).first().content();
    var trips = RoundTrips.NONE;
    assertEquals(RoundTrip.NONE, trips.ofQuorum(ANN, three));
    trips = trips.and(FIVE.get(4), ms(400), five);
    assertEquals(RoundTrip.NONE, trips.ofQuorum(ANN, five), "one of two others was heard");
    trips = trips.and(CAT, ms(300), five).and(BOB, ms(20), five);
    assertEquals(RoundTrip.first(ms(300)), trips.ofQuorum(ANN, five));
    assertEquals(RoundTrip.first(ms(20)), trips.ofQuorum(ANN, three));
    var alone = options(ANN, List.of(ANN)).first().content();
    assertEquals(RoundTrip.NONE, trips.ofQuorum(ANN, alone));
    assertEquals(List.of(BOB, CAT), List.copyOf(trips.and(BOB, ZERO, three).known().keySet()));
  }

  /** One write that hangs is an accident, two are a disk. */
  @Test
  void theSecondLongestWriteCounts() {
    var times = WriteTimes.NONE;
    for (var i = 0; i < 100; i++) times = times.and(ms(2));
    assertTrue(times.and(ms(900)).w99().compareTo(ms(2)) <= 0, times::toString);
    var hung = times.and(ms(900)).and(ms(800));
    assertEquals(ms(800), hung.w99());
    for (var i = 0; i < 139; i++) hung = hung.and(ms(2));
    assertEquals(398, hung.w99().toMillis(), "half of it after 139 writes");
  }

  /** A leader learns from acknowledgements, and the next beat asks for what it learned. */
  @Test
  void lateAcknowledgementsMakeTheNextPromiseLonger() {
    var slow = slowly(leader(7), 1);
    // after one at once SRTT and RTTVAR were 0
    var once = new RoundTrip(ms(350).dividedBy(8), ms(350).dividedBy(4));
    assertEquals(once, slow.attempts().trips().known().get(BOB));
    assertEquals(PROFILE.promise(), asked(tick(slow, 500)), "10 SRTT = 438, SRTT + 4 RTTVAR = 394");
    slow = slowly(leader(7), 2);
    var trip = slow.attempts().trips().known().get(BOB);
    assertEquals(once.and(ms(350)), trip);
    assertEquals(ms(821), asked(tick(slow, 600)), "10 SRTT, rounded up");
  }

  /** What a voter grants counts as far as it was asked for, from when the beat was sent, with κ. */
  @Test
  void aLeaderCountsWhatItAskedForAndNoMore() {
    var beaten = tick(slowly(leader(7), 2), 600);
    var tooMuch = new Frame.BeatAck(7, 0, MOST, true);
    var acked = Election.step(beaten.state(), says(BOB, 7, new RecordId(7, 1), tooMuch), at(601));
    var carried = new Drift(Content.RHO_PPM).carries(asked(beaten));
    assertEquals(
        at(600).now().plus(carried).minus(PROFILE.epsilon()),
        only(acked, Effect.Extended.class).until());
  }

  /**
   * A beat each 100 ms, the second at 100; Bob takes 350 ms to answer, and has answered so many.
   */
  private static State slowly(State leader, int beats) {
    var state = leader;
    for (var time = 100; time <= 350 + 100 * beats; time += 50) {
      if (time % 100 == 0) state = tick(state, time).state();
      else if (time > 400)
        state = Election.step(state, ack(BOB, 7, (time - 350) / 100 + 1), at(time)).state();
    }
    return state;
  }

  /** What came after more than any promise was no network: a node that stood still says nothing. */
  @Test
  void anAcknowledgementOfLongAgoIsNoRoundTrip() {
    var content = options(ANN, THREE).first().content();
    var turn = new Turn(follower(THREE, 7), at(0));
    turn.answeredIn(BOB, content.maxPromise().plusNanos(1));
    assertEquals(RoundTrips.NONE, turn.attempts.trips());
    turn.answeredIn(BOB, content.maxPromise());
    assertEquals(RoundTrip.first(content.maxPromise()), turn.attempts.trips().known().get(BOB));
  }

  /** Answers that come too late for their round lengthen the next, or nobody would ever win. */
  @Test
  void aRoundLostToLateAnswersLengthensTheNext() {
    var fired = Election.step(follower(THREE, 6), Input.Tick.NOW, at(0));
    var round = only(fired, Effect.Race.class).round();
    assertEquals(PROFILE.jitter(), round.deadline());
    var lost = Election.step(fired.state(), new Input.Counted(ballot(round, Why.GRANTED)), at(200));
    // Bob's answer comes after 500 ms, twice; only the first time does it say how long it took
    var heard = Election.step(lost.state(), answer(BOB, round, Why.GRANTED), at(500));
    var twice = Election.step(heard.state(), answer(BOB, round, Why.GRANTED), at(900)).state();
    assertEquals(RoundTrip.first(ms(500)), twice.attempts().trips().known().get(BOB));
    var again = Election.step(twice, Input.Tick.NOW, at(1_000));
    assertEquals(ms(2_000), only(again, Effect.Race.class).round().deadline());
  }

  /** Votes take a write, here and there: how long those rounds take is not the network's doing. */
  @Test
  void aRoundThatBindsIsNotMeasured() {
    var fired = Election.step(follower(THREE, 6), Input.Tick.NOW, at(0));
    var pre = only(fired, Effect.Race.class).round();
    var won = Election.step(fired.state(), new Input.Counted(ballot(pre, Why.GRANTED, BOB)), at(5));
    var vote = only(won, Effect.Race.class).round();
    var state = settled(won, at(10));
    state = Election.step(state, answer(BOB, vote, Why.GRANTED), at(90)).state();
    assertEquals(RoundTrips.NONE, state.attempts().trips());
  }

  /** A leader that has none of its own yet is patient for as long as its beats asked. */
  @Test
  void aWinnerWaitsForAsLongAsItAsked() {
    var slow = new ArrayList<>(List.of(BOB, CAT));
    var state = follower(THREE, 6);
    var turn = new Turn(state, at(0));
    for (var voter : slow) turn.answeredIn(voter, ms(100));
    var fired = Election.step(turn.state(), Input.Tick.NOW, at(0));
    var pre = only(fired, Effect.Race.class).round();
    var stood =
        settled(
            Election.step(fired.state(), new Input.Counted(ballot(pre, Why.GRANTED, BOB)), at(0)),
            at(0));
    var vote = ((Role.Candidate) stood.role()).round();
    var won = Election.step(stood, new Input.Counted(ballot(vote, Why.GRANTED, BOB)), at(0));
    assertEquals(ms(1_000), asked(won));
    var pending = settled(won, at(0));
    assertEquals(Role.Pending.class, tick(pending, 999).state().role().getClass());
    assertEquals(Role.Follower.class, tick(pending, 1_000).state().role().getClass());
  }

  private static Step tick(State state, long ms) {
    return Election.step(state, Input.Tick.NOW, at(ms));
  }

  private static Duration asked(Step step) {
    return all(step, Effect.Send.class).stream()
        .map(send -> send.frame().message())
        .filter(Frame.Beat.class::isInstance)
        .map(message -> ((Frame.Beat) message).promise())
        .findFirst()
        .orElseThrow();
  }
}
