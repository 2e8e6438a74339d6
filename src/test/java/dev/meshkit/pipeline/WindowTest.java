package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** P27: a flow in lists. */
class WindowTest {
  private final Given.Clock clock = new Given.Clock();

  /** P27: at its size; the remainder at the end; an Err keeps its place and drops nothing. */
  @Test
  void aWindowEmitsAtItsSizeAndAtTheEnd() {
    var flow = new ArrayList<Result<Integer>>();
    for (var i = 0; i < 6; i++) flow.add(Result.ok(i));
    flow.add(3, Given.err("broken"));
    var left = flow.iterator();
    Source<Integer> source =
        Source.pull(
            _ -> left.hasNext() ? new Source.Next.Got<>(left.next()) : new Source.Next.Ended<>());
    assertEquals(
        List.of(
            Result.ok(List.of(0, 1)),
            Result.ok(List.of(2)),
            Given.err("broken"),
            Result.ok(List.of(3, 4)),
            Result.ok(List.of(5))),
        Window.of(source, 2, Duration.ofMinutes(1)).stream().toList());
  }

  /** P27: a trickle cannot postpone the age of its first element. */
  @Test
  void aTrickleCannotPostponeIt() throws Exception {
    var count = new int[1];
    Source<Integer> trickle =
        Source.pull(
            wait -> {
              var step = Duration.ofMillis(9);
              if (wait.compareTo(step) < 0) {
                clock.go(wait);
                return new Source.Next.Nothing<>();
              }
              clock.go(step);
              return new Source.Next.Got<>(Result.ok(count[0]++));
            });
    var windows = Window.of(trickle, 64, Duration.ofMillis(20), clock);
    assertEquals(
        new Source.Next.Got<>(Result.ok(List.of(0, 1, 2))), windows.take(Duration.ofMinutes(1)));
    assertEquals(29, clock.instant().toEpochMilli());
    assertEquals(new Source.Next.Nothing<>(), windows.take(Duration.ofMillis(5)));
  }

  /** P27: 10,000 seeded flows that are interrupted in random takes: the same, in order. */
  @Test
  void interruptedTakesDropNothing() {
    Rounds.of(
        Rounds.MANY,
        chance -> {
          var size = 1 + chance.nextInt(4);
          var flow = flow(chance);
          assertEquals(model(flow, size), actual(flow, size, chance));
        });
  }

  /**
   * P27: the same with threads: a writer that interrupts the reader before random elements, while
   * the reader waits, is about to, or holds half a window.
   */
  @Test
  void interruptedReadersDropNothing() {
    Rounds.of(
        Rounds.MANY,
        chance -> {
          var size = 1 + chance.nextInt(4);
          var flow = flow(chance);
          var inlet = Inlet.<Integer>bounded("flow", 1 + chance.nextInt(3));
          var reader = new Reader(Window.of(inlet.source(), size, Duration.ofMinutes(1)));
          var reading = Thread.ofVirtual().start(reader);
          var interrupted = false;
          for (var one : flow) {
            var interrupts = chance.nextInt(3) == 0;
            if (interrupts) reading.interrupt();
            interrupted |= interrupts;
            inlet.deliver(one);
          }
          inlet.close();
          reading.join();
          assertEquals(model(flow, size), reader.all);
          assertEquals(interrupted, reader.interruptions > 0);
        });
  }

  /** Reads windows to the end, on through every interruption. */
  private static final class Reader implements Runnable {
    final List<Result<List<Integer>>> all = new ArrayList<>();
    final Source<List<Integer>> windows;
    int interruptions;

    Reader(Source<List<Integer>> windows) {
      this.windows = windows;
    }

    @Override
    public void run() {
      while (true) {
        try {
          if (!(windows.take(Duration.ofMinutes(5))
              instanceof Source.Next.Got<List<Integer>>(var one))) return;
          all.add(one);
        } catch (InterruptedException _) {
          interruptions++;
        }
      }
    }
  }

  /** An element, or a window, and when it came. */
  private record At<T>(Instant at, Result<T> one) {}

  /**
   * P27: 10,000 seeded trickles, read by takes of random lengths, some interrupted: each window
   * comes at the very moment it is full, its first element is old enough, an error comes, or the
   * flow ends.
   */
  @Test
  void windowsComeWhenTheModelSaysSo() {
    Rounds.of(
        Rounds.MANY,
        chance -> {
          var time = new Given.Clock();
          var age = Duration.ofMillis(1 + chance.nextInt(6)).plusNanos(500_000); // never at once
          var size = 1 + chance.nextInt(4);
          var trickle = new ArrayList<At<Integer>>();
          var at = Instant.EPOCH;
          for (var one : flow(chance)) {
            at = at.plusMillis(chance.nextInt(4));
            trickle.add(new At<>(at, one));
          }
          var windows = Window.of(trickling(trickle, time, chance), size, age, time);
          assertEquals(modelInTime(trickle, size, age), readInTime(windows, time, chance));
        });
  }

  private static Source<Integer> trickling(
      List<At<Integer>> trickle, Given.Clock time, RandomGenerator chance) {
    var left = new ArrayDeque<>(trickle);
    return Source.pull(
        wait -> {
          if (left.isEmpty()) return new Source.Next.Ended<>();
          var gap = Duration.between(time.instant(), left.getFirst().at());
          var until = gap.compareTo(wait) < 0 ? gap : wait;
          if (chance.nextInt(4) == 0) {
            time.go(until.dividedBy(1 + chance.nextInt(3)));
            throw new InterruptedException();
          }
          time.go(until);
          if (gap.compareTo(wait) > 0) return new Source.Next.Nothing<>();
          return new Source.Next.Got<>(left.removeFirst().one());
        });
  }

  private static List<At<List<Integer>>> readInTime(
      Source<List<Integer>> windows, Given.Clock time, RandomGenerator chance) {
    var all = new ArrayList<At<List<Integer>>>();
    while (true) {
      try {
        var next = windows.take(Duration.ofMillis(chance.nextInt(6)));
        if (next instanceof Source.Next.Ended) return all;
        if (next instanceof Source.Next.Got<List<Integer>>(var one)) {
          all.add(new At<>(time.instant(), one));
        }
      } catch (InterruptedException _) {
        // it goes on reading
      }
    }
  }

  private static List<At<List<Integer>>> modelInTime(
      List<At<Integer>> trickle, int size, Duration age) {
    var all = new ArrayList<At<List<Integer>>>();
    var open = new ArrayList<Integer>();
    var first = Instant.EPOCH;
    for (var come : trickle) {
      if (!open.isEmpty() && first.plus(age).isBefore(come.at())) {
        all.add(new At<>(first.plus(age), taken(open)));
      }
      if (come.one() instanceof Result.Ok<Integer>(var value)) {
        if (open.isEmpty()) first = come.at();
        open.add(value);
      }
      var isFull = open.size() == size || !come.one().isOk();
      if (isFull && !open.isEmpty()) all.add(new At<>(come.at(), taken(open)));
      if (!come.one().isOk()) all.add(new At<>(come.at(), come.one().cast()));
    }
    if (!open.isEmpty()) all.add(new At<>(trickle.getLast().at(), taken(open)));
    return all;
  }

  private static Result<List<Integer>> taken(List<Integer> open) {
    var all = List.copyOf(open);
    open.clear();
    return Result.ok(all);
  }

  private static List<Result<Integer>> flow(RandomGenerator chance) {
    var flow = new ArrayList<Result<Integer>>();
    for (var i = chance.nextInt(12); i > 0; i--) {
      flow.add(chance.nextInt(5) == 0 ? Given.err("e" + i) : Result.ok(i));
    }
    return flow;
  }

  private List<Result<List<Integer>>> actual(
      List<Result<Integer>> flow, int size, RandomGenerator chance) {
    var left = flow.iterator();
    Source<Integer> source =
        Source.pull(
            _ -> {
              if (chance.nextInt(4) == 0) throw new InterruptedException();
              if (chance.nextInt(4) == 0) return new Source.Next.Nothing<>();
              return left.hasNext()
                  ? new Source.Next.Got<>(left.next())
                  : new Source.Next.Ended<>();
            });
    var windows = Window.of(source, size, Duration.ofMinutes(1), clock);
    var all = new ArrayList<Result<List<Integer>>>();
    while (true) {
      try {
        switch (windows.take(Duration.ZERO)) {
          case Source.Next.Got<List<Integer>>(var one) -> all.add(one);
          case Source.Next.Nothing<List<Integer>> _ -> clock.go(Duration.ofMillis(1));
          case Source.Next.Ended<List<Integer>> _ -> {
            return all;
          }
        }
      } catch (InterruptedException _) {
        clock.go(Duration.ofMillis(1));
      }
    }
  }

  static List<Result<List<Integer>>> model(List<Result<Integer>> flow, int size) {
    var all = new ArrayList<Result<List<Integer>>>();
    var open = new ArrayList<Integer>();
    for (var one : flow) {
      if (one instanceof Result.Ok<Integer>(var value)) open.add(value);
      if (open.size() == size || (!one.isOk() && !open.isEmpty())) {
        all.add(Result.ok(List.copyOf(open)));
        open.clear();
      }
      if (!one.isOk()) all.add(one.cast());
    }
    if (!open.isEmpty()) all.add(Result.ok(List.copyOf(open)));
    return all;
  }
}
