package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Races of random runners, interrupted at random points, against what must come of them. */
class RaceModelTest {
  /** What a runner does after its deed. */
  private enum Runner {
    SUCCEEDS,
    FAILS,
    /** Waits until it is interrupted, and ends with that. */
    WAITS,
    /** Waits until it is interrupted, and succeeds all the same. */
    SUCCEEDS_LATE
  }

  /** When the caller is interrupted. */
  private enum Cut {
    NEVER,
    BEFORE,
    /** By a runner, before its deed. */
    AT_THE_START,
    /** By a runner, after its deed. */
    AFTER_A_DEED,
    /** By the first deed that is undone: the race is decided, and has not returned. */
    WHILE_UNDOING
  }

  /** One race: its runners, when and by which of them its caller is interrupted. */
  private record Plan(List<Runner> runners, Cut cut, int by) {
    static Plan drawn(RandomGenerator chance) {
      var runners = new ArrayList<Runner>();
      for (var i = 1 + chance.nextInt(4); i > 0; i--) {
        runners.add(Runner.values()[chance.nextInt(Runner.values().length)]);
      }
      var cut = Cut.values()[chance.nextInt(Cut.values().length)];
      var plan = new Plan(runners, cut, chance.nextInt(runners.size()));
      return plan.ends() ? plan : plan.with(Runner.SUCCEEDS);
    }

    private Plan with(Runner last) {
      var more = new ArrayList<>(runners);
      more.add(last);
      return new Plan(more, cut, by);
    }

    /** Whether it comes to an end by itself, or by a cut that is sure to come. */
    private boolean ends() {
      return runners.contains(Runner.SUCCEEDS)
          || runners.stream().allMatch(Runner.FAILS::equals)
          || cut == Cut.BEFORE
          || cut == Cut.AT_THE_START
          || cut == Cut.AFTER_A_DEED;
    }
  }

  private final Set<Integer> deeds = ConcurrentHashMap.newKeySet();

  /**
   * P5, P6, P14: exactly one winner, whose deed alone stands; else every error in order and no deed
   * at all. Interrupted before it returns, nobody's deed stands, the winner's neither.
   */
  @Test
  void racesAgreeWithTheModel() {
    Rounds.of(Rounds.MANY, chance -> agrees(Plan.drawn(chance)));
  }

  private void agrees(Plan plan) {
    deeds.clear();
    var caller = Thread.currentThread();
    var cut = new AtomicBoolean();
    Runnable cutting =
        () -> {
          cut.set(true);
          caller.interrupt();
        };
    var begun = new CountDownLatch(plan.runners().size());
    var steps = new ArrayList<Step<Integer>>();
    for (var i = 0; i < plan.runners().size(); i++) steps.add(step(plan, i, begun, cutting));
    if (plan.cut() == Cut.BEFORE) cutting.run();
    try {
      var came = Race.of(steps);
      assertFalse(cut.get(), plan + " was interrupted and came to " + came);
      agrees(plan, came);
    } catch (InterruptedException _) {
      assertTrue(cut.get(), plan + " was interrupted by nobody");
      assertEquals(Set.of(), deeds, plan.toString());
    }
  }

  private void agrees(Plan plan, Result<Integer> came) {
    if (came instanceof Result.Ok<Integer>(var winner)) {
      assertEquals(Runner.SUCCEEDS, plan.runners().get(winner), plan.toString());
      assertEquals(Set.of(winner), deeds, plan.toString());
      return;
    }
    assertEquals(Set.of(), deeds, plan.toString());
    var errors = new ArrayList<MeshError>();
    for (var i = 0; i < plan.runners().size(); i++) errors.add(Given.error("runner " + i));
    var all = errors.size() == 1 ? errors.getFirst() : new MeshError.Aggregate(errors);
    assertEquals(Result.err(all), came);
  }

  /** Runners begin together, so that each has done its deed before any of them ends. */
  private Step<Integer> step(Plan plan, int number, CountDownLatch begun, Runnable cutting) {
    return undo -> {
      if (plan.cut() == Cut.AT_THE_START && plan.by() == number) cutting.run();
      deeds.add(number);
      undo.onFailure(
          "deed " + number,
          () -> {
            if (plan.cut() == Cut.WHILE_UNDOING) cutting.run();
            deeds.remove(number);
          });
      begun.countDown();
      begun.await();
      if (plan.cut() == Cut.AFTER_A_DEED && plan.by() == number) cutting.run();
      return switch (plan.runners().get(number)) {
        case SUCCEEDS -> Result.ok(number);
        case FAILS -> Given.err("runner " + number);
        case WAITS -> Given.<Integer>forever().run(undo);
        case SUCCEEDS_LATE -> Given.stubborn(number).run(undo);
      };
    };
  }
}
