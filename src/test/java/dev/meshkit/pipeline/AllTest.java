package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import jdk.jfr.consumer.RecordingStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Several steps, all of which are needed. */
class AllTest {
  /** P3: values in the order of the steps, whoever is first. */
  @Test
  void valuesComeInTheOrderOfTheSteps() throws Exception {
    var second = new CountDownLatch(1);
    Step<Integer> slow =
        Step.of(
            () -> {
              second.await();
              return Result.ok(1);
            });
    Step<Integer> fast =
        Step.of(
            () -> {
              second.countDown();
              return Result.ok(2);
            });
    assertEquals(Result.ok(List.of(1, 2)), All.of(List.of(slow, fast)));
    assertEquals(Result.ok(List.of()), All.of(List.of()));
    assertEquals(Result.ok(List.of()), All.settled(List.of()));
  }

  /** P4: the first failure interrupts the siblings, awaits them, and is the outcome. */
  @Test
  void theFirstFailureEndsTheOthers() throws Exception {
    var begun = new CountDownLatch(1);
    var ended = new AtomicInteger();
    Step<String> sibling =
        undo -> {
          try {
            begun.countDown();
            return Given.<String>forever().run(undo);
          } finally {
            ended.incrementAndGet();
          }
        };
    Step<String> broken =
        Step.of(
            () -> {
              begun.await();
              return Given.err("broken");
            });
    assertEquals(Given.err("broken"), All.of(List.of(sibling, broken)));
    assertEquals(1, ended.get());
  }

  /** P4: what siblings fail with after that is told beside it. */
  @Test
  void laterFailuresStandInTheDetails() throws Exception {
    var begun = new CountDownLatch(1);
    Step<String> alsoFails =
        Step.of(
            () -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException _) {
                return Given.err("late");
              }
              return Given.err("unreachable");
            });
    Step<String> first =
        Step.of(
            () -> {
              begun.await();
              return Given.err("first");
            });
    var failed = error(All.of(List.of(alsoFails, first, Given.forever())));
    assertEquals("first", failed.why());
    assertEquals(Given.error("late").text(), failed.details().get("also"));
  }

  /** P4: settled interrupts nobody, and aggregates in the order of the steps. */
  @Test
  void settledAwaitsEveryone() throws Exception {
    var failed = new CountDownLatch(1);
    Step<String> later =
        Step.of(
            () -> {
              failed.await();
              return Given.err("a");
            });
    Step<String> sooner =
        Step.of(
            () -> {
              failed.countDown();
              return Given.err("b");
            });
    var both = error(All.settled(List.of(later, sooner, Given.ok("c"))));
    assertEquals(new MeshError.Aggregate(List.of(Given.error("a"), Given.error("b"))), both);
    assertEquals(Given.err("a"), All.settled(List.of(Given.failing("a"), Given.ok("c"))));
  }

  /** P3: at most so many at once: when nobody can go on, only so many have begun. */
  @Test
  void aLimitHolds() throws Exception {
    var begun = new ConcurrentLinkedQueue<Integer>();
    var hold = new CountDownLatch(1);
    var steps = new ArrayList<Step<Integer>>();
    for (var i = 0; i < 20; i++) {
      var number = i;
      steps.add(
          Step.of(
              () -> {
                begun.add(number);
                hold.await();
                return Result.ok(number);
              }));
    }
    var came = new ConcurrentLinkedQueue<Result<List<Integer>>>();
    Step<List<Integer>> limited = undo -> All.of(undo, steps, 3);
    var caller = Thread.ofVirtual().start(() -> came.add(ran(limited)));
    Awaitility.await().until(() -> begun.size() >= 3 && Threads.areQuiet());
    assertEquals(Set.of(0, 1, 2), Set.copyOf(begun));
    hold.countDown();
    caller.join();
    assertEquals(IntStream.range(0, 20).boxed().toList(), came.remove().orThrow());
    assertEquals(20, begun.size());
  }

  /** P3: with a limit they begin in order, and none after the one that decides. */
  @Test
  void aLimitOfOneIsAQueue() throws Exception {
    var begun = new ConcurrentLinkedQueue<Integer>();
    var steps = new ArrayList<Step<Integer>>();
    for (var i = 0; i < 100; i++) {
      var number = i;
      steps.add(Step.of(() -> number == 10 ? Given.err("tenth") : Result.ok(add(begun, number))));
    }
    assertEquals(Given.err("tenth"), All.of(steps, 1));
    assertEquals(IntStream.range(0, 10).boxed().toList(), List.copyOf(begun));
  }

  private static <T> Result<T> ran(Step<T> step) {
    try {
      return Alone.run("test", step);
    } catch (InterruptedException broken) {
      throw new AssertionError(broken);
    }
  }

  private static int add(ConcurrentLinkedQueue<Integer> begun, int number) {
    begun.add(number);
    return number;
  }

  /** P34, T8: a link is All.of(send, receive): when one direction fails the other ends at once. */
  @Test
  void aPairEndsWithTheFirstOfItsHalves() throws Exception {
    var receiving = new CountDownLatch(1);
    var halves = new ConcurrentLinkedQueue<String>();
    Step<String> receive =
        Step.of(
            () -> {
              try {
                receiving.countDown();
                new CountDownLatch(1).await();
                return Result.ok("unreachable");
              } finally {
                halves.add("receive ended");
              }
            });
    Step<String> send =
        Step.of(
            () -> {
              receiving.await();
              return Given.err("send failed");
            });
    assertEquals(Given.err("send failed"), All.of(List.of(send, receive)));
    assertEquals(List.of("receive ended"), List.copyOf(halves));
  }

  static MeshError error(Result<?> result) {
    return assertInstanceOf(Result.Err.class, result).error();
  }

  /** Begins, waits to be interrupted, and then does something else. */
  private static Step<String> late(CountDownLatch begun, Step.Work<String> then) {
    return Step.of(
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException _) {
            return then.run();
          }
          return Given.err("unreachable");
        });
  }

  private static Step<String> firstOf(CountDownLatch begun) {
    return Step.of(
        () -> {
          begun.await();
          return Given.err("first");
        });
  }

  /** P4: of what siblings fail with, 16 are told. */
  @Test
  void onlySoManyLaterFailuresAreTold() throws Exception {
    var begun = new CountDownLatch(20);
    var steps = new ArrayList<Step<String>>();
    for (var i = 0; i < 20; i++) steps.add(late(begun, () -> Given.err("late")));
    steps.add(firstOf(begun));
    var also = error(All.of(steps)).details().get("also");
    assertEquals(16, also.split(" \\| ").length);
  }

  /** P14, P15: the caller's interruption comes out as it is, and nothing else with it. */
  @Test
  void aCancellationCarriesNoComplaint() {
    var caller = Thread.currentThread();
    Step<String> cutting =
        undo -> {
          caller.interrupt();
          return Given.<String>forever().run(undo);
        };
    var cut =
        assertThrows(
            InterruptedException.class, () -> All.of(List.of(cutting, Given.<String>forever())));
    assertEquals(List.of(), List.of(cut.getSuppressed()));
    assertFalse(Thread.interrupted(), "it came out as the exception");
  }

  /** P15: what a cancelled sibling throws changes nothing, and is an event. */
  @Test
  void aLateExceptionIsAnEvent() throws Exception {
    var begun = new CountDownLatch(1);
    var rude =
        late(
            begun,
            () -> {
              throw new IllegalStateException("late");
            });
    var thrown =
        Recorded.during(
            () -> assertEquals(Given.err("first"), All.of(List.of(rude, firstOf(begun)))),
            "meshkit.LateException",
            "thrown");
    assertEquals(List.of("java.lang.IllegalStateException: late"), thrown);
  }

  /** P10: of several branches the one that ignores its interruption is named. */
  @Test
  void theSlowBranchIsNamed() throws Exception {
    var begun = new CountDownLatch(1);
    var named = new CountDownLatch(1);
    var branch = new AtomicInteger(-1);
    try (var recording = new RecordingStream()) {
      recording.enable("meshkit.SlowCancel");
      recording.setReuse(false);
      recording.onEvent(
          "meshkit.SlowCancel",
          event -> {
            branch.set(event.getInt("branch"));
            named.countDown();
          });
      recording.startAsync();
      var deaf =
          late(
              begun,
              () -> {
                TimeoutTest.awaitDeaf(named);
                return Given.err("late");
              });
      All.of(List.of(Given.ok("a"), Given.ok("b"), deaf, firstOf(begun)));
    }
    assertEquals(2, branch.get());
  }
}
