package dev.meshkit.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** What a loop remembers for the autopilot. */
class LookoutTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final NodeId BOB = NodeId.of("eu", "bob");
  private static final NodeId CAT = NodeId.of("eu", "cat");

  /** A leader alone: who is alive learns, and is asked when it has lived and answered for long. */
  @Test
  void asksWhoHasAnsweredForLong() {
    var scene = new Scene();
    assertTrue(scene.secondsUntilAsked(_ -> true, 25).isEmpty());
    assertInstanceOf(Change.AddVoter.class, scene.secondsUntilAsked(_ -> true, 10).getFirst());
  }

  /** One that misses beats for longer than a promise begins anew. */
  @Test
  void aGapInTheAnswersBeginsAnew() {
    var scene = new Scene();
    assertTrue(scene.secondsUntilAsked(second -> second % 8 < 4, 60).isEmpty());
  }

  /**
   * Whoever was lost three times in ten minutes is left alone for a while; it hears the leader, so
   * that an operator can add it all the same.
   */
  @Test
  void leavesWhoeverFlapsToTheOperator() {
    var scene = new Scene();
    scene.secondsUntilAsked(_ -> true, 1);
    for (var flap = 0; flap < 3; flap++) {
      scene.alive = false;
      scene.secondsUntilAsked(_ -> true, 1);
      scene.alive = true;
      scene.secondsUntilAsked(_ -> true, 1);
    }
    assertTrue(scene.secondsUntilAsked(_ -> true, 120).isEmpty());
    assertEquals(List.of(BOB, CAT), scene.state.learning().stream().map(Seat::node).toList());
    assertTrue(
        scene
            .state
            .learners()
            .isReady(scene.state.learning().getFirst(), scene.now.minusSeconds(2)));
  }

  /** Ann leads, Bob and Cat could vote; every second she looks, then they answer. */
  static final class Scene {
    private final Profile profile = Profile.REGION;
    private final ElectionOptions options =
        ElectionOptions.configured(Scope.GLOBAL, ANN, store(ANN), List.of(ANN), profile);
    private final Lookout lookout = new Lookout(ANN, Duration.ofSeconds(3), Roster.Plan.of(false));
    private State state;
    private Instant now = Instant.ofEpochSecond(1_000);
    private boolean alive = true;

    Scene() {
      state = Election.begin(options, Durable.fresh(options.first()), true, facts());
      while (!(state.role() instanceof Role.Leader)) step(Input.Tick.NOW);
    }

    List<Change> secondsUntilAsked(IntPredicate answers, int seconds) {
      var asked = new ArrayList<Change>();
      for (var second = 0; second < seconds && asked.isEmpty(); second++) {
        for (var tenth = 0; tenth < 10; tenth++) tick();
        for (var input : lookout.look(state, sightings(), now, Instant.EPOCH)) {
          if (input instanceof Input.Commanded(var command)) asked.add(command.change());
          else step(input);
        }
        if (answers.test(second)) for (var node : List.of(BOB, CAT)) answer(node);
      }
      return asked;
    }

    private void tick() {
      now = now.plusMillis(100);
      step(Input.Tick.NOW);
    }

    private List<Lookout.Sighting> sightings() {
      var all = new ArrayList<Lookout.Sighting>();
      for (var node : List.of(ANN, BOB, CAT))
        all.add(
            new Lookout.Sighting(
                node,
                store(node),
                alive || node.equals(ANN),
                Prospect.Bar.NONE,
                Duration.ofDays(1)));
      return all;
    }

    private void answer(NodeId node) {
      var content = state.record().content();
      var header =
          new Header(
              Scope.GLOBAL,
              content.generation(),
              content.genesis(),
              state.term(),
              state.record().id(),
              store(node),
              Life.UNSAID);
      step(
          new Input.Received(
              node, new Frame(header, new Frame.BeatAck(1, 0, profile.promise(), true))));
    }

    private void step(Input input) {
      var step = Election.step(state, input, facts());
      state = step.state();
      lookout.saw(input, state, now);
      for (var effect : step.effects()) {
        if (effect instanceof Effect.Persist(var k, _)) step(new Input.StorageDone(k));
        if (effect instanceof Effect.Race(var round, _)) step(new Input.Counted(Ballot.of(round)));
      }
    }

    private Facts facts() {
      return new Facts(now, 0);
    }

    private static Bytes store(NodeId node) {
      return Bytes.utf8((node + "................").substring(0, 16));
    }
  }
}
