package dev.meshkit.bench;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Ballot;
import dev.meshkit.election.Durable;
import dev.meshkit.election.Effect;
import dev.meshkit.election.Election;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Facts;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Header;
import dev.meshkit.election.Input;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.Role;
import dev.meshkit.election.State;
import dev.meshkit.election.Step;
import dev.meshkit.election.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A follower that hears beats, and a leader that hears acknowledgements, of three voters in the
 * region profile; frames and facts are made beforehand, so that only steps are measured.
 */
final class StepWork {
  private static final int HEARD = 1_000; // beats, of one follower

  private static final List<NodeId> VOTERS =
      List.of(NodeId.of("eu", "n1"), NodeId.of("eu", "n2"), NodeId.of("eu", "n3"));
  private static final Instant NOON = Instant.EPOCH.plusSeconds(43_200);

  private final ElectionOptions leads = options(VOTERS.get(0));
  private final State leader = leader();
  private final State follower = follower();
  private final List<Input> beats = new ArrayList<>();
  private final List<Facts> facts = new ArrayList<>();
  private final Input ack =
      heard(VOTERS.get(1), new Frame.BeatAck(1, 0, leads.profile().promise(), true));
  private State hears = follower;
  private int next;

  StepWork() {
    for (var i = 0; i < HEARD; i++) {
      beats.add(heard(VOTERS.get(0), beat(i + 2))); // the follower has heard the first
      facts.add(new Facts(NOON.plusMillis(100L * i), i));
    }
    for (var i = 0; i < HEARD; i++)
      if (beat().effects().size() != 1) throw new IllegalStateException("a beat with no answer");
    if (!(leader.role() instanceof Role.Leader)) throw new IllegalStateException("no leader");
  }

  /** A follower hears the next beat, a heartbeat later; after the last one it begins anew. */
  Step beat() {
    if (next == HEARD) {
      next = 0;
      hears = follower;
    }
    var step = Election.step(hears, beats.get(next), facts.get(next));
    hears = step.state();
    next++;
    return step;
  }

  /** A leader hears one voter's acknowledgement once more. */
  Step ack() {
    return Election.step(leader, ack, facts.getFirst());
  }

  private static ElectionOptions options(NodeId self) {
    var store = Bytes.utf8("store of " + self + " ");
    return ElectionOptions.configured(Scope.region("eu"), self, store, VOTERS, Profile.REGION);
  }

  private Frame.Beat beat(long seq) {
    var hash = leads.first().content().hash();
    return new Frame.Beat(seq, 0, leads.profile().promise(), hash, new RecordId(1, 1));
  }

  private Input heard(NodeId from, Frame.Message message) {
    var content = leads.first().content();
    var header =
        new Header(
            leads.scope(),
            content.generation(),
            content.genesis(),
            1,
            new RecordId(1, 1),
            options(from).store());
    return new Input.Received(from, new Frame(header, message));
  }

  private State follower() {
    var options = options(VOTERS.get(1));
    var begun = Election.begin(options, Durable.fresh(options.first()), true, new Facts(NOON, 0));
    return settled(begun, heard(VOTERS.get(0), beat(1)));
  }

  private State leader() {
    var begun = Election.begin(leads, Durable.fresh(leads.first()), true, new Facts(NOON, 0));
    var state = settled(begun, Input.Tick.NOW);
    if (state.role() instanceof Role.PreCandidate(var round, _))
      state = settled(state, new Input.Counted(granted(Ballot.of(round), 0)));
    if (state.role() instanceof Role.Candidate(var round, _))
      state = settled(state, new Input.Counted(granted(Ballot.of(round), 1)));
    var ack = new Frame.BeatAck(1, 0, leads.profile().promise(), true);
    return settled(state, heard(VOTERS.get(2), ack));
  }

  private static Ballot granted(Ballot ballot, long term) {
    var answer =
        new Frame.Answer(ballot.round().id(), ballot.round().term(), Why.GRANTED, Duration.ZERO);
    return ballot.with(new Ballot.Answered(VOTERS.get(1), term, answer));
  }

  /** A step, and each persist it asks for done at once. */
  private static State settled(State before, Input first) {
    var step = Election.step(before, first, new Facts(NOON, 0));
    for (var writes = persists(step.effects()); !writes.isEmpty(); ) {
      step =
          Election.step(step.state(), new Input.StorageDone(writes.getLast()), new Facts(NOON, 0));
      writes = persists(step.effects());
    }
    return step.state();
  }

  private static List<Long> persists(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.Persist.class::isInstance)
        .map(effect -> ((Effect.Persist) effect).k())
        .toList();
  }
}
