package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the tutorial's own snippets fall into and this package must not, one test a trap. */
class SeedTrapsTest {
  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  private Step<String> deed(String name, Result<String> outcome) {
    return undo -> {
      log.add("do " + name);
      undo.onFailure(name, () -> log.add("undo " + name));
      return outcome;
    };
  }

  private static <T> Source<T> flow(List<Result<T>> elements) {
    var left = elements.iterator();
    return Source.pull(
        _ -> left.hasNext() ? new Source.Next.Got<>(left.next()) : new Source.Next.Ended<>());
  }

  private static <T> List<Result<T>> waiting(Inlet<T> inlet) throws InterruptedException {
    var all = new ArrayList<Result<T>>();
    while (inlet.source().take(AT_ONCE) instanceof Source.Next.Got<T>(var one)) all.add(one);
    return all;
  }

  /** T1: timers made anew by every call start over each time the faster one comes first. */
  @Test
  void theElectionTimerIsNotBeatenForEverByTheFasterHeartbeat() throws Exception {
    var clock = new Given.Clock();
    var select = Select.open(clock);
    var election = select.timer("election");
    var cases =
        select
            .<Boolean>cases()
            .on(select.ticker("heartbeat", Duration.ofSeconds(3)), _ -> Result.ok(log.add("beat")))
            .on(election, _ -> Result.ok(log.add("campaign")));
    election.reset(Duration.ofSeconds(10));
    for (var second = 1; second <= 10; second++) {
      clock.go(Duration.ofSeconds(1));
      while (cases.next(AT_ONCE) instanceof Chosen.Handled) {
        // all that is due
      }
    }
    assertEquals(List.of("beat", "beat", "beat", "campaign"), log);
  }

  /** A select that reads every source and throws away what it did not choose. */
  @Test
  void aSelectLeavesTheOthersTheirValues() throws Exception {
    var select = Select.open();
    Inlet<String> one = select.inlet("one", 1);
    Inlet<String> two = select.inlet("two", 1);
    one.put("1");
    two.put("2");
    var cases = select.<String>cases().on(one, Result::ok).on(two, Result::ok);
    assertEquals(new Chosen.Handled<>(Result.ok("1")), cases.next(AT_ONCE));
    assertEquals(new Chosen.Handled<>(Result.ok("2")), cases.next(AT_ONCE));
  }

  /** A race whose loser had already taken its value: it is put back before the race returns. */
  @Test
  void theLoserOfARaceDoesNotTakeItsValueAlong() throws Exception {
    var work = Inlet.<String>bounded("work", 1);
    work.put("task");
    var taken = new CountDownLatch(1);
    Step<String> loser =
        undo -> {
          var task = assertGot(work.source().take(PATIENCE));
          undo.onFailure("put it back", () -> work.put(task));
          taken.countDown();
          return Given.stubborn(task).run(undo); // late, and Ok all the same
        };
    Step<String> winner =
        Step.of(
            () -> {
              taken.await();
              return Result.ok("won");
            });
    assertEquals(Result.ok("won"), Race.of(List.of(loser, winner)));
    assertEquals(List.of(Result.ok("task")), waiting(work));
  }

  private static <T> T assertGot(Source.Next<T> next) {
    if (next instanceof Source.Next.Got<T>(var result)) return result.orThrow();
    throw new AssertionError("nothing was there");
  }

  /** T5: the pump: one failed item, and what comes after it is handled all the same. */
  @Test
  void oneFailedItemDoesNotStopThePump() throws Exception {
    var flow = List.of(Result.ok("a"), Result.ok("bad"), Given.<String>err("lost"), Result.ok("z"));
    var settled =
        Results.forEachSettled(
            flow.stream(),
            (one, _) -> one.equals("bad") ? Given.err(one) : Result.ok(log.add(one)));
    assertEquals(List.of("a", "z"), log);
    assertEquals(new Settled(2, 2, List.of(Given.error("bad"), Given.error("lost"))), settled);
  }

  /** T5: one failed item of one source, and the streams of the others go on; so does its own. */
  @Test
  void oneFailedItemDoesNotStopEverybodysStream() throws Exception {
    var sink = Inlet.<Integer>bounded("sink", 8);
    var failing = flow(List.of(Result.ok(1), Given.<Integer>err("bad"), Result.ok(2)));
    var merged = Merge.roundRobin(failing, Source.of(List.of(11, 12, 13))).into(sink);
    assertEquals(Merged.End.SOURCES_ENDED, merged.end());
    var all = waiting(sink);
    assertTrue(all.contains(Given.<Integer>err("bad")));
    var values = all.stream().filter(Result::isOk).map(Result::orThrow).sorted().toList();
    assertEquals(List.of(1, 2, 11, 12, 13), values);
  }

  /** T7: the first merge to end leaves the sink to the second. */
  @Test
  void aMergeDoesNotCloseTheSinkItShares() throws Exception {
    var shared = Inlet.<Integer>bounded("dispatch", 8);
    Merge.roundRobin(Source.of(List.of(1, 2))).into(shared);
    var second = Merge.roundRobin(Source.of(List.of(3))).into(shared);
    assertEquals(new Merged<>(Merged.End.SOURCES_ENDED, 1, List.of()), second);
    assertTrue(shared.put(4));
    assertEquals(List.of(Result.ok(1), Result.ok(2), Result.ok(3), Result.ok(4)), waiting(shared));
  }

  /** T8: the pair says what killed the send loop, and the receive loop has ended by then. */
  @Test
  void theReceiveLoopDoesNotOutliveItsSendLoop() throws Exception {
    var receiving = new CountDownLatch(1);
    Step<String> receive =
        undo -> {
          receiving.countDown();
          try {
            return Given.<String>forever().run(undo);
          } finally {
            log.add("receive ended");
          }
        };
    Step<String> send =
        Step.of(
            () -> {
              receiving.await();
              return Given.err("connection reset");
            });
    var left =
        Threads.leftBy(
            () -> assertEquals(Given.err("connection reset"), All.of(List.of(send, receive))));
    assertEquals(List.of("receive ended"), log);
    assertEquals(List.of(), List.copyOf(left));
  }

  /** Steps of steps: what was done last is undone first. */
  @Test
  void compensationsDoNotRunOutOfOrder() throws Exception {
    Step<List<String>> join =
        undo -> {
          var first = deed("certificate", Result.ok("")).run(undo);
          var both = All.of(undo, List.of(deed("listener", first), deed("address", first)), 1);
          deed("announcement", Result.ok("")).run(undo);
          return both.flatMap(_ -> Given.err("refused"));
        };
    assertEquals(Given.err("refused"), Timeout.of(PATIENCE, join));
    assertEquals(
        List.of(
            "do certificate",
            "do listener",
            "do address",
            "do announcement",
            "undo announcement",
            "undo address",
            "undo listener",
            "undo certificate"),
        log);
  }

  /** However often it is closed, and whoever else is undone after it. */
  @Test
  void compensationsDoNotRunTwice() throws Exception {
    try (var undo = Compensation.open("work")) {
      deed("first", Result.ok("")).run(undo);
      All.of(undo, List.of(deed("kept", Result.ok(""))));
      assertEquals(Given.err("no"), All.of(undo, List.of(deed("lost", Given.err("no")))));
      undo.close();
    }
    assertEquals(
        List.of("do first", "do kept", "do lost", "undo lost", "undo kept", "undo first"), log);
  }

  /** T13: nothing has to be asked for: a failure undoes what was registered, a kept deed stays. */
  @Test
  void compensationsDoNotStayUnrun() throws Exception {
    Timeout.of(PATIENCE, deed("failed", Given.err("no")));
    Thread.currentThread().interrupt();
    assertThrows(
        InterruptedException.class, () -> All.of(List.of(deed("interrupted", Result.ok("")))));
    assertThrows(
        IllegalStateException.class,
        () ->
            Retry.of(
                RetryTest.quick(),
                undo -> {
                  deed("thrown", Result.ok("")).run(undo);
                  throw new IllegalStateException("bug");
                }));
    All.of(List.of(deed("kept", Result.ok(""))));
    var done = log.stream().filter(line -> line.startsWith("do ")).map(line -> line.substring(3));
    var undone = log.stream().filter(line -> line.startsWith("undo ")).map(l -> l.substring(5));
    var missing = new ArrayList<>(done.toList());
    missing.removeAll(undone.toList());
    assertEquals(List.of("kept"), missing);
  }

  /** Neither the interruption of its caller, nor the error of a branch that was cancelled. */
  @Test
  void aRetryDoesNotRetryACancellation() throws Exception {
    Step<String> canceled =
        Step.of(
            () -> {
              log.add("tried");
              return Result.err(new MeshError.Canceled("a branch"));
            });
    assertEquals("error.canceled", AllTest.error(Retry.of(RetryTest.quick(), canceled)).code());
    Step<String> interrupted =
        undo -> {
          log.add("begun");
          Thread.currentThread().interrupt();
          return Given.<String>forever().run(undo);
        };
    assertThrows(
        InterruptedException.class, () -> Retry.of(RetryTest.quick().withKey(), interrupted));
    assertEquals(List.of("tried", "begun"), log);
  }

  /** One destination that never reads: the others have everything, and it has been let go. */
  @Test
  void aSlowDestinationDoesNotStallTheBroadcast() throws Exception {
    var stuck = Inlet.<Integer>bounded("stuck", 1);
    var brisk = Inlet.<Integer>bounded("brisk", 100);
    var numbers = java.util.stream.IntStream.range(0, 100).boxed().toList();
    var came = Broadcast.of(Source.of(numbers), Outlet.of(stuck), Outlet.of(brisk)).run();
    assertEquals(Broadcasted.End.SOURCE_ENDED, came.end());
    assertEquals(numbers, waiting(brisk).stream().map(Result::orThrow).toList());
    assertEquals(Broadcasted.State.DETACHED, came.fates().getFirst().state());
    assertEquals("error.broadcast.slow", AllTest.error(waiting(stuck).getLast()).code());
  }
}
