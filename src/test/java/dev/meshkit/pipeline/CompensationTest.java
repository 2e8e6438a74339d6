package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import dev.meshkit.observe.Recorded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is undone, when, and in what order. */
class CompensationTest {
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  /** P12: a throwing or hanging undo stops nobody, is bounded, and is an event. */
  @Test
  void everyActionRunsWhateverTheOthersDo() throws Exception {
    var undo = Compensation.open("work", Duration.ofMillis(50));
    undo.onFailure("first", () -> log.add("first"));
    undo.onFailure("hangs", () -> new CountDownLatch(1).await());
    undo.onFailure("asserts", () -> assertEquals(1, 2, "an Error"));
    undo.onFailure(
        "throws",
        () -> {
          throw new IOException("gone");
        });
    undo.onFailure("last", () -> log.add("last"));
    var failed =
        Recorded.during(
            () -> {
              undo.close();
              undo.close();
            },
            "meshkit.CompensationFailed",
            "action");
    assertEquals(List.of("last", "first"), log);
    assertEquals(failed.size(), undo.failures().size());
    assertTrue(failed.containsAll(List.of("asserts", "hangs", "throws")), failed.toString());
  }

  /** P12: a failing undo never replaces the outcome; it is told beside it. */
  @Test
  void aFailingUndoStandsBesideTheError() throws Exception {
    Step<String> step =
        undo -> {
          undo.onFailure("broken", () -> assertEquals(1, 2));
          undo.onFailure("own", () -> log.add("own"));
          return Given.err("why");
        };
    for (var failed :
        List.of(
            All.of(List.of(step)),
            Race.of(List.of(step)),
            Retry.of(RetryTest.quick(), step),
            Timeout.of(Duration.ofMinutes(1), step))) {
      var error = AllTest.error(failed);
      assertEquals("why", error.why());
      assertEquals("1", error.details().get("undo_failures"));
    }
    assertEquals(4, log.size());
  }

  /** P13: a child hands over; a root drops; without keep all is undone. */
  @Test
  void keepHandsOver() {
    var root = Compensation.open("root");
    root.onFailure("1", () -> log.add("1"));
    try (var child = root.child("child")) {
      child.onFailure("2", () -> log.add("2"));
      child.keep();
    }
    try (var child = root.child("lost")) {
      child.onFailure("3", () -> log.add("3"));
    }
    root.onFailure("4", () -> log.add("4"));
    assertEquals(List.of("3"), log);
    root.close();
    assertEquals(List.of("3", "4", "2", "1"), log);
    try (var kept = Compensation.open("kept")) {
      kept.onFailure("5", () -> log.add("5"));
      kept.keep();
    }
    assertEquals(4, log.size());
  }

  /** P13: undone under interruption too, and the interrupt is there afterwards. */
  @Test
  void anInterruptedCallerUndoesEverything() {
    var caller = Thread.currentThread();
    var undo = Compensation.open("work");
    undo.onFailure("1", () -> log.add("1"));
    undo.onFailure(
        "2",
        () -> {
          awaitJoining(caller);
          caller.interrupt();
          awaitJoining(caller);
          log.add("2");
        });
    undo.onFailure("3", () -> log.add("3"));
    caller.interrupt();
    undo.close();
    assertTrue(Thread.interrupted());
    assertEquals(List.of("3", "2", "1"), log);
  }

  private static void awaitJoining(Thread caller) {
    while (caller.getState() != Thread.State.TIMED_WAITING || caller.isInterrupted()) {
      Thread.onSpinWait();
    }
  }

  /** P13: what a child wants to keep when its parent has ended is undone, not lost. */
  @Test
  void aChildThatOutlivesItsParentIsABug() {
    var root = Compensation.open("root");
    var child = root.child("child");
    child.onFailure("1", () -> log.add("1"));
    root.close();
    assertThrows(IllegalStateException.class, child::keep);
    assertEquals(List.of("1"), log);
    assertThrows(IllegalStateException.class, () -> root.onFailure("2", () -> log.add("2")));
  }

  /** P33, T6: more than 1,000 actions in one scope is refused, adopted ones included. */
  @Test
  void aScopeIsForOnePieceOfWork() {
    var count = new AtomicInteger();
    try (var root = Compensation.open("root")) {
      for (var i = 0; i < 1_000; i++) root.onFailure("x", count::incrementAndGet);
      assertThrows(IllegalStateException.class, () -> root.onFailure("x", count::incrementAndGet));
      var child = root.child("child");
      child.onFailure("y", () -> log.add("y"));
      assertThrows(IllegalStateException.class, child::keep);
      assertEquals(List.of("y"), log);
    }
    assertEquals(1_000, count.get());
  }

  /** P15: a bug cancels, undoes, and comes out unchanged, the others suppressed. */
  @Test
  void aBugComesOutUnchanged() throws Exception {
    var bug = new IllegalStateException("bug");
    var begun = new CountDownLatch(1);
    Step<String> sibling =
        undo -> {
          undo.onFailure("sibling", () -> log.add("sibling"));
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException _) {
            throw new IllegalArgumentException("second");
          }
          return Given.err("unreachable");
        };
    Step<String> broken =
        undo -> {
          begun.await();
          undo.onFailure("broken", () -> log.add("broken"));
          throw bug;
        };
    var thrown = assertThrows(IllegalStateException.class, () -> All.of(List.of(sibling, broken)));
    assertSame(bug, thrown);
    assertEquals(List.of("broken", "sibling"), log);
    assertArrayEquals(
        new String[] {"second"},
        java.util.Arrays.stream(thrown.getSuppressed()).map(Throwable::getMessage).toArray());
  }

  /** P15: attempt turns only the named exceptions into an Err. */
  @Test
  void attemptNamesWhatItExpects() throws Exception {
    Step<String> broken =
        Step.attempt(
            () -> {
              throw new java.io.FileNotFoundException("gone");
            },
            List.of(IOException.class));
    var error = AllTest.error(All.of(List.of(broken)));
    assertEquals("error.exception", error.code());
    Step<String> bug =
        Step.attempt(
            () -> {
              throw new ArithmeticException("bug");
            },
            List.of(IOException.class));
    assertThrows(ArithmeticException.class, () -> All.of(List.of(bug)));
  }

  /** P36, T13: it cannot be switched off: a failure after staging leaves nothing staged. */
  @Test
  void aFailureAfterStagingLeavesNothingStaged() throws Exception {
    var staged = Collections.synchronizedSet(new TreeSet<String>());
    Step<String> stage =
        undo -> {
          staged.add("certificate");
          undo.onFailure("drop", () -> staged.remove("certificate"));
          return Given.err("listener refused");
        };
    assertEquals(Given.err("listener refused"), Timeout.of(Duration.ofMinutes(1), stage));
    assertEquals(new TreeSet<String>(), staged);
  }

  /** P33: a scope per element is closed with it, hence memory is flat over 10⁶ elements. */
  @Test
  void aScopePerElementLeavesNothing() throws Exception {
    var undone = new AtomicInteger();
    var before = used();
    var flow = IntStream.range(0, 1_000_000).mapToObj(Result::ok);
    var settled =
        Results.forEachSettled(
            flow,
            (i, undo) -> {
              undo.onFailure("count", undone::incrementAndGet);
              return i % 1_000 == 0 ? Given.err("thousandth") : Result.ok(i);
            });
    assertEquals(1_000, undone.get());
    assertEquals(999_000, settled.ok());
    assertEquals(16, settled.errors().size());
    assertTrue(used() - before < 4 << 20, "grew by " + (used() - before));
  }

  static long used() {
    var least = Long.MAX_VALUE;
    for (var i = 0; i < 3; i++) {
      System.gc();
      var runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  /** P12: an action that hangs is interrupted, and has ended when the next one begins. */
  @Test
  void aHangingUndoIsInterrupted() {
    var hanging = new AtomicReference<Thread>();
    var undo = Compensation.open("work", Duration.ofMillis(500));
    undo.onFailure("first", () -> log.add("alive: " + hanging.get().isAlive()));
    undo.onFailure(
        "hangs",
        () -> {
          hanging.set(Thread.currentThread());
          new CountDownLatch(1).await();
        });
    undo.close();
    assertEquals(List.of("alive: false"), log);
    assertEquals("it took longer than 500 ms", undo.failures().getFirst().why());
  }

  /** P12: one that ignores its interruption is left running, and its failure says so. */
  @Test
  @org.junit.jupiter.api.Timeout(60) // it would be awaited for ever
  void aDeafUndoIsLeftRunning() {
    var hold = new CountDownLatch(1);
    var deaf = new AtomicReference<Thread>();
    var undo = Compensation.open("work", Duration.ofMillis(500));
    undo.onFailure("first", () -> log.add("first"));
    undo.onFailure(
        "deaf",
        () -> {
          deaf.set(Thread.currentThread());
          TimeoutTest.awaitDeaf(hold);
        });
    undo.close();
    assertTrue(deaf.get().isAlive());
    assertEquals(List.of("first"), log);
    var why = undo.failures().getFirst().why();
    assertEquals("it took longer than 500 ms, ignores its interruption, and still runs", why);
    hold.countDown();
  }

  /** P13: a step that keeps or closes what it was lent is a bug; its deed is undone. */
  @Test
  void aStepKeepsNothingItself() {
    Step<String> keeping =
        undo -> {
          undo.onFailure("deed", () -> log.add("undone"));
          undo.keep();
          return Result.err(Given.safe("again"));
        };
    Step<String> closing =
        undo -> {
          try (undo) {
            undo.onFailure("deed", () -> log.add("undone"));
            return Result.ok("made");
          }
        };
    for (var step : List.of(keeping, closing)) {
      assertThrows(IllegalStateException.class, () -> Retry.of(RetryTest.quick(), step));
      assertThrows(
          IllegalStateException.class,
          () -> Results.forEachSettled(Stream.of(Result.ok(1)), (_, undo) -> step.run(undo)));
    }
    assertEquals(List.of("undone", "undone", "undone", "undone"), log);
  }

  /** P15: a cancellation is neither a failure nor a bug, also where an exception brings it. */
  @Test
  void attemptPassesACancellationOn() throws Exception {
    for (var named : List.of(IOException.class, Exception.class)) {
      Step<String> cancelled =
          Step.attempt(
              () -> {
                throw new InterruptedException("cancelled");
              },
              List.of(named));
      assertThrows(InterruptedException.class, () -> cancelled.run(Compensation.open("x")));
    }
    var pipe = Pipe.open();
    Step<Integer> reading =
        Step.attempt(() -> pipe.source().read(ByteBuffer.allocate(1)), List.of(IOException.class));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> reading.run(Compensation.open("x")));
    assertFalse(Thread.interrupted(), "it is in the exception");
  }
}
