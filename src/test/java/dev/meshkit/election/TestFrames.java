package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The cast of the step tests: five nodes of one region, and what they say. */
final class TestFrames {
  static final NodeId ANN = NodeId.of("eu", "ann");
  static final NodeId BOB = NodeId.of("eu", "bob");
  static final NodeId CAT = NodeId.of("eu", "cat");
  static final NodeId DAN = NodeId.of("eu", "dan");
  static final NodeId EVE = NodeId.of("eu", "eve");
  static final Scope EU = Scope.region("eu");

  /** A region's, with a promise of so many heartbeats. */
  static final Profile PROFILE =
      new Profile(
          Duration.ofMillis(100),
          Duration.ofMillis(600),
          Duration.ofMillis(200),
          Duration.ofMillis(50),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          Duration.ofMillis(20));

  static final Instant NOON = Instant.EPOCH.plusSeconds(43_200);
  static final RecordId FIRST = new RecordId(0, 1);
  static final List<NodeId> THREE = List.of(ANN, BOB, CAT);
  static final List<NodeId> FIVE = List.of(ANN, BOB, CAT, DAN, EVE);

  private TestFrames() {}

  /** At noon and {@code ms} milliseconds; all jitter is 0. */
  static Facts at(long ms) {
    return new Facts(NOON.plusMillis(ms), 0);
  }

  static ElectionOptions options(NodeId self, List<NodeId> voters) {
    return options(self, voters, PROFILE);
  }

  private static ElectionOptions options(NodeId self, List<NodeId> voters, Profile profile) {
    return ElectionOptions.configured(EU, self, store(self), voters, profile);
  }

  static Bytes store(NodeId node) {
    return Bytes.of(java.util.Arrays.copyOf(Bytes.utf8(node.name()).toArray(), 16));
  }

  /** Ann, one of {@code voters}, at noon, in {@code term}, with nothing left to persist. */
  static State follower(List<NodeId> voters, long term) {
    return follower(voters, PROFILE, term);
  }

  private static State follower(List<NodeId> voters, Profile profile, long term) {
    var options = options(ANN, voters, profile);
    var durable = Durable.fresh(options.first()).raised(term);
    return Election.begin(options, durable, true, at(0));
  }

  /** What {@code from} says in {@code term}, its record being {@code rec}. */
  static Input.Received says(NodeId from, long term, RecordId rec, Frame.Message message) {
    return says(from, THREE, term, rec, message);
  }

  static Input.Received says(
      NodeId from, List<NodeId> voters, long term, RecordId rec, Frame.Message message) {
    var content = options(from, voters).first().content();
    var header = new Header(EU, content.generation(), content.genesis(), term, rec, store(from));
    return new Input.Received(from, new Frame(header, message));
  }

  static Input.Received preAsk(NodeId from, long term, RecordId rec) {
    return says(from, term - 1, rec, new Frame.Ask(1, true, term, rec));
  }

  static Input.Received ask(NodeId from, long term, RecordId rec) {
    return says(from, term, rec, new Frame.Ask(1, false, term, rec));
  }

  static Input.Received beat(NodeId from, long term, long seq) {
    var rec = new RecordId(term, 1);
    return says(from, term, rec, beatMessage(seq, FIRST));
  }

  static Frame.Beat beatMessage(long seq, RecordId committed) {
    var hash = options(ANN, THREE).first().content().hash();
    return new Frame.Beat(seq, 0, PROFILE.promise(), hash, committed);
  }

  static Input.Received ack(NodeId from, long term, long seq) {
    return ack(from, PROFILE, term, seq);
  }

  /** Where a voter promises as long as that profile asks for. */
  static Input.Received ack(NodeId from, Profile profile, long term, long seq) {
    return says(
        from, term, new RecordId(term, 1), new Frame.BeatAck(seq, 0, profile.promise(), true));
  }

  static Input.Received answer(NodeId from, Round round, Why why) {
    var term = round.pre() ? round.term() - 1 : round.term();
    var answer = new Frame.Answer(round.id(), round.term(), why, Duration.ZERO);
    return says(from, term, FIRST, answer);
  }

  /** The answers to a round, all of them {@code why}. */
  static Ballot ballot(Round round, Why why, NodeId... voters) {
    var ballot = Ballot.of(round);
    for (var voter : voters)
      ballot =
          ballot.with(
              new Ballot.Answered(
                  voter,
                  round.pre() ? round.term() - 1 : round.term(),
                  new Frame.Answer(round.id(), round.term(), why, Duration.ZERO)));
    return ballot;
  }

  static Round anyRound() {
    return round(true, 1, THREE);
  }

  static Round round(boolean pre, long term, List<NodeId> voters) {
    var content = options(ANN, voters).first().content();
    var header = new Header(EU, 1, content.genesis(), term, FIRST, store(ANN));
    var others = voters.stream().filter(v -> !v.equals(ANN)).toList();
    var ask = new Frame(header, new Frame.Ask(1, pre, term, FIRST));
    return new Round(1, ANN, ask, others, content.quorum(), PROFILE.jitter());
  }

  /**
   * A step, its persist (if any) done at once, and so on: the state once the disk has caught up.
   */
  static State settled(Step step, Facts at) {
    var state = step.state();
    while (state.disk().busy())
      state = Election.step(state, new Input.StorageDone(state.disk().k()), at).state();
    return state;
  }

  /**
   * Ann of three voters, leading {@code term} from noon on Bob's promise; nothing is left to
   * persist.
   */
  static State leader(long term) {
    return leader(PROFILE, term);
  }

  /** The same by another profile, whose longest promise must be that of {@link #PROFILE}. */
  static State leader(Profile profile, long term) {
    var begun = follower(THREE, profile, term - 1);
    var state = settled(Election.step(begun, Input.Tick.NOW, at(0)), at(0));
    var pre = ((Role.PreCandidate) state.role()).round();
    state =
        settled(
            Election.step(state, new Input.Counted(ballot(pre, Why.GRANTED, BOB)), at(0)), at(0));
    var vote = ((Role.Candidate) state.role()).round();
    state =
        settled(
            Election.step(state, new Input.Counted(ballot(vote, Why.GRANTED, BOB)), at(0)), at(0));
    return settled(Election.step(state, ack(BOB, profile, term, 1), at(0)), at(0));
  }
}
