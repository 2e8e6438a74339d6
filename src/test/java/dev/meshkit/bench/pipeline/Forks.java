package dev.meshkit.bench.pipeline;

import dev.meshkit.api.Result;
import dev.meshkit.pipeline.All;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.pipeline.Race;
import dev.meshkit.pipeline.Retry;
import dev.meshkit.pipeline.RetryPolicy;
import dev.meshkit.pipeline.Step;
import dev.meshkit.pipeline.Timeout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;
import java.util.concurrent.StructuredTaskScope.Subtask;
import java.util.concurrent.TimeUnit;

/** Combinators beside what the JDK offers for the same. */
final class Forks {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Runner INSTANT = () -> 1L;
  private static final Runner SLEEPING =
      () -> {
        new CountDownLatch(1).await(LONG.toNanos(), TimeUnit.NANOSECONDS);
        return 1L;
      };

  private static final List<Runner> OF_3 = List.of(SLEEPING, SLEEPING, INSTANT);

  /** The same on both sides: a callable that throws nothing but its interruption. */
  private interface Runner extends Callable<Long> {
    @Override
    Long call() throws InterruptedException;
  }

  private static final String AWAITED =
      "ExecutorService.invokeAny on virtual threads, in try-with-resources, which awaits the losers";
  private static final String LEFT =
      "ExecutorService.invokeAny on virtual threads, all on one executor: the losers end some time";

  private Forks() {}

  static List<Contest> all() {
    return List.of(
        new Contest(
            "AllOf8",
            "8 empty steps",
            "a bare StructuredTaskScope, allSuccessfulOrThrow",
            new Bound.TimeAtMost(1.3),
            Forks::allOf8,
            Forks::scopeOf8),
        race("RaceOf2", "one sleeping and one instant step", 1.2, List.of(SLEEPING, INSTANT)),
        race("RaceOf3", "two sleeping and one instant step", 1.3, OF_3),
        race("RaceOf3Instant", "three instant steps", 1.3, List.of(INSTANT, INSTANT, INSTANT)),
        race(
            "RaceOf3Waiting",
            "three steps that wait for 1, 20 and 20 ms",
            1.3,
            List.of(waiting(20), waiting(20), waiting(1))),
        new Contest(
            "RaceOf3Left",
            "two sleeping and one instant step",
            LEFT,
            new Bound.TimeAtMost(1.3),
            times -> raced(times, OF_3.stream().map(Forks::step).toList()),
            times -> left(times, OF_3)),
        new Contest(
            "RaceOf3Scope",
            "not ours: two sleeping and one instant step in a bare StructuredTaskScope, which awaits"
                + " its losers as Race does",
            LEFT,
            new Bound.None(),
            times -> scoped(times, OF_3),
            times -> left(times, OF_3)),
        new Contest(
            "RetryOk",
            "a step that is Ok at once, through Retry",
            "the step called",
            new Bound.TimePlus(100),
            Forks::retried,
            Forks::called),
        new Contest(
            "TimeoutOk",
            "a step that is Ok at once, through Timeout",
            "Future.get(timeout) on an executor of virtual threads",
            new Bound.TimeAtMost(1.3),
            Forks::timed,
            Forks::gotten),
        new Contest(
            "CompensationScope",
            "a scope with 4 registrations, kept",
            "try/finally with an ArrayDeque",
            new Bound.TimeAtMost(2),
            Forks::scoped,
            Forks::stacked));
  }

  private static Contest race(String name, String work, double most, List<Runner> calls) {
    var steps = calls.stream().map(Forks::step).toList();
    return new Contest(
        name,
        work,
        AWAITED,
        new Bound.TimeAtMost(most),
        times -> raced(times, steps),
        times -> awaited(times, calls));
  }

  private static Runner waiting(long millis) {
    return () -> {
      new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
      return 1L;
    };
  }

  private static long scoped(int times, List<Runner> calls) throws Exception {
    var sum = 0L;
    for (var i = 0; i < times; i++) {
      try (var scope = StructuredTaskScope.open(Joiner.<Long>anySuccessfulResultOrThrow())) {
        calls.forEach(scope::fork);
        sum += scope.join();
      }
    }
    return sum;
  }

  /** As one writes it: what a runner throws here is its interruption alone. */
  private static Step<Long> step(Runner runner) {
    return Step.of(() -> Result.ok(runner.call()));
  }

  private static long allOf8(int times) throws Exception {
    var steps = Collections.nCopies(8, Step.of(() -> Result.ok(1L)));
    var sum = 0L;
    for (var i = 0; i < times; i++) sum += All.of(steps).orThrow().size();
    return sum;
  }

  private static long scopeOf8(int times) throws Exception {
    var sum = 0L;
    for (var i = 0; i < times; i++) {
      try (var scope = StructuredTaskScope.open(Joiner.<Long>allSuccessfulOrThrow())) {
        for (var fork = 0; fork < 8; fork++) scope.fork(INSTANT);
        sum += scope.join().map(Subtask::get).toList().size();
      }
    }
    return sum;
  }

  private static long raced(int times, List<Step<Long>> steps) throws Exception {
    var sum = 0L;
    for (var i = 0; i < times; i++) sum += Race.of(steps).orThrow();
    return sum;
  }

  /** As one writes it where nobody is to be left behind. */
  private static long awaited(int times, List<Runner> calls) throws Exception {
    var sum = 0L;
    for (var i = 0; i < times; i++) {
      try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
        sum += executor.invokeAny(calls);
      }
    }
    return sum;
  }

  private static long left(int times, List<Runner> calls) throws Exception {
    var sum = 0L;
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < times; i++) sum += executor.invokeAny(calls);
    }
    return sum;
  }

  private static long retried(int times) throws Exception {
    var policy = RetryPolicy.defaults();
    var step = Step.of(() -> Result.ok(1L));
    var sum = 0L;
    for (var i = 0; i < times; i++) sum += Retry.of(policy, step).orThrow();
    return sum;
  }

  private static long called(int times) throws Exception {
    var undo = Compensation.open("never used");
    var step = Step.of(() -> Result.ok(1L));
    var sum = 0L;
    for (var i = 0; i < times; i++) sum += step.run(undo).orThrow();
    return sum;
  }

  private static long timed(int times) throws Exception {
    var step = Step.of(() -> Result.ok(1L));
    var sum = 0L;
    for (var i = 0; i < times; i++) sum += Timeout.of(LONG, step).orThrow();
    return sum;
  }

  private static long gotten(int times) throws Exception {
    var sum = 0L;
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < times; i++) {
        sum += executor.submit(INSTANT).get(LONG.toNanos(), TimeUnit.NANOSECONDS);
      }
    }
    return sum;
  }

  private static long scoped(int times) {
    var done = new Done();
    for (var i = 0; i < times; i++) {
      try (var undo = Compensation.open("work")) {
        for (var deed = 0; deed < 4; deed++) {
          done.deeds++;
          undo.onFailure("undo", done::undo);
        }
        undo.keep();
      }
    }
    return done.deeds;
  }

  private static long stacked(int times) {
    var done = new Done();
    for (var i = 0; i < times; i++) {
      var undo = new ArrayDeque<Runnable>();
      var kept = false;
      try {
        for (var deed = 0; deed < 4; deed++) {
          done.deeds++;
          undo.push(done::undo);
        }
        kept = true;
      } finally {
        if (!kept) while (!undo.isEmpty()) undo.pop().run();
      }
    }
    return done.deeds;
  }

  private static final class Done {
    long deeds;

    void undo() {
      deeds--;
    }
  }
}
