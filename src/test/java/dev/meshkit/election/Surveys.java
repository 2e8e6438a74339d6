package dev.meshkit.election;

import static dev.meshkit.election.TestFrames.ANN;
import static dev.meshkit.election.TestFrames.FIRST;
import static dev.meshkit.election.TestFrames.THREE;
import static dev.meshkit.election.TestFrames.at;
import static dev.meshkit.election.TestFrames.follower;
import static dev.meshkit.election.TestFrames.says;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Instant;
import java.util.List;

/** Ann of three voters while she recovers her scope, and what she hears. */
final class Surveys {
  static final Bytes GENESIS = Bytes.utf8("recovered");
  static final RecordId SECOND = new RecordId(6, 2);

  static Input.Recover wish(Bytes genesis) {
    return new Input.Recover(genesis, 1, List.of());
  }

  private Surveys() {}

  static Input.Received surveys(NodeId from, Bytes genesis) {
    return says(from, 6, FIRST, new Frame.Survey(genesis));
  }

  static State surveying() {
    return Election.step(follower(THREE, 6), wish(GENESIS), at(1)).state();
  }

  /** With an election timer that does not fire within the test. */
  static State quiet(State state) {
    var turn = new Turn(state, at(0));
    turn.fireAt = at(60_000).now();
    return turn.state();
  }

  static State hears(State state, Input input, long ms) {
    return Election.step(state, input, at(ms)).state();
  }

  /** All its ticks come in time, that at {@code ms} as well. */
  static State ticked(State state, long ms) {
    return lastTick(state, ms).state();
  }

  static Step lastTick(State state, long ms) {
    var now = state;
    for (var due = due(now); due.isBefore(at(ms).now()); due = due(now))
      now = Election.step(now, Input.Tick.NOW, new Facts(due, 0)).state();
    return Election.step(now, Input.Tick.NOW, at(ms));
  }

  private static Instant due(State state) {
    return state.attempts().survivors().due();
  }

  static Input.Received holds(NodeId from, RecordId latest, ScopeRecord record, boolean committed) {
    return says(from, 6, latest, new Frame.Holds(GENESIS, record, committed));
  }

  static int generation(State state) {
    return state.record().content().generation();
  }

  static ScopeRecord first() {
    return TestFrames.options(ANN, THREE).first();
  }

  static ScopeRecord second() {
    var content = first().content();
    var gate = new Gate("a", 2, 0, 9, Bytes.EMPTY, 8);
    return new ScopeRecord(
        SECOND, content.with(List.of(gate), List.of(), content.audit(), content.applied()));
  }

  static Seat seat(NodeId node) {
    return new Seat(node, TestFrames.store(node), 10);
  }
}
