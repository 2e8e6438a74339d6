package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G11, G12, G22, G28: what an effect store promises of runs. */
@Timeout(60)
abstract class RunsContract extends EffectContract {
  static final Step<String> A = Step.of("a", ValueType.TEXT);
  static final Step<String> B = Step.of("b", ValueType.TEXT);
  static final MeshError LATER =
      MeshError.of("error.test.later", "testing", "not now", "wait", Retry.SAFE);
  static final MeshError NEVER =
      MeshError.of("error.test.never", "testing", "it is so", "none", Retry.NEVER)
          .with("k", "a\nb\\c=d");

  /** G11 */
  @Test
  void aRunKeepsItsVersionThroughFlipsAndRestarts() throws Exception {
    // given a run that began under version 1, and is not at its end
    Branch<String> branch =
        run -> {
          var a = run.effects().value(A, () -> "v" + run.version());
          return run.version() == 1 && a.isOk() && bed.sent.tokens.isEmpty()
              ? Result.err(LATER)
              : Result.ok(a.orThrow() + " by " + run.version());
        };
    assertEquals(Result.err(LATER), bed.run("k", branch));
    // when the mesh moves on, and this node restarts
    bed.flip(2);
    bed.restart();
    bed.sent.tokens.add("go");
    // then the run goes on under its own version, and a new one begins under the new
    assertEquals(Result.ok("v1 by 1"), bed.run("k", branch));
    assertEquals(Result.ok("v2 by 2"), bed.run("other", branch));
    bed.flip(3);
    assertEquals(Result.ok("v1 by 1"), bed.run("k", branch));
  }

  /** G11: a build that lacks the version of a run leaves it alone. */
  @Test
  void aRunOfAVersionThatThisBuildLacksIsRefused() throws Exception {
    Branch<String> half = run -> run.effects().value(A, () -> "x").flatMap(_ -> Result.err(LATER));
    assertEquals(Result.err(LATER), bed.run("k", half));
    var newer = EffectBed.CHANGE.supports(2, 3);
    bed.flip(2);
    Branch<String> never =
        _ -> {
          throw new AssertionError("no branch may run");
        };
    var error = RuleTest.error(bed.run(newer, RunKey.of("k"), never));
    assertEquals("error.version.conflict", error.code());
    assertEquals("1", error.details().get("version"));
    assertEquals("OPEN", bed.state("k"));
  }

  /** G12 */
  @Test
  void executingADoneKeyDoesNothingAndGivesTheSame() throws Exception {
    var done = new AtomicInteger();
    Branch<String> branch =
        run -> {
          var a = run.effects().value(A, () -> "a" + done.incrementAndGet());
          var b = run.effects().localTx(B, _ -> "b" + done.incrementAndGet());
          var c =
              run.effects()
                  .idempotent(
                      Step.of("c", ValueType.TEXT),
                      Bytes.EMPTY,
                      (_, _) -> Result.ok("c" + done.incrementAndGet()));
          return Result.ok(a.orThrow() + b.orThrow() + c.orThrow());
        };
    assertEquals(Result.ok("a1b2c3"), bed.run("k", branch));
    assertEquals("DONE", bed.state("k"));
    for (var again = 0; again < 3; again++) {
      assertEquals(Result.ok("a1b2c3"), bed.run("k", branch));
      bed.restart();
    }
    assertEquals(3, done.get());
  }

  /** G12: also one that failed for good. */
  @Test
  void executingAFailedKeyGivesTheSameError() throws Exception {
    Branch<String> branch =
        run -> run.effects().value(A, () -> "x").flatMap(_ -> Result.err(NEVER));
    for (var again = 0; again < 2; again++) {
      assertEquals(Result.err(NEVER), bed.run("k", branch));
      assertEquals("FAILED", bed.state("k"));
      bed.restart();
    }
  }

  /** G12, G28 */
  @Test
  void aKeyThatWasForgottenIsNotExecutedAgain() throws Exception {
    Branch<String> branch = run -> run.effects().value(A, () -> "x");
    assertEquals(Result.ok("x"), bed.run("k", branch));
    // on time, and not before
    bed.pass(Duration.ofHours(24).minusMillis(1));
    sweep();
    assertEquals(List.of("a OK 0"), bed.recorded("k"));
    bed.pass(Duration.ofMillis(1));
    sweep();
    assertEquals(List.of(), bed.recorded("k"));
    assertEquals("DONE gone", bed.state("k"));
    assertEquals("error.run.forgotten", RuleTest.error(bed.run("k", branch)).code());
    // and so is its name, a month later
    bed.pass(Duration.ofDays(30));
    sweep();
    assertEquals("", bed.state("k"));
  }

  private void sweep() throws InterruptedException {
    while (bed.effects().sweep().orThrow()) {
      // a step at a time
    }
  }

  /** G28 */
  @Test
  void whatIsOpenParkedOrInDoubtIsNeverRemoved() throws Exception {
    Branch<String> open = run -> run.effects().value(A, () -> "x").flatMap(_ -> Result.err(LATER));
    bed.run("open", open);
    bed.run("parked", open);
    assertEquals(
        "error.deterministic.replay",
        RuleTest.error(bed.run("parked", run -> run.effects().value(B, () -> "x"))).code());
    bed.run(
        "doubt",
        run ->
            run.effects()
                .atMostOnce(A, Bytes.EMPTY, (_, _) -> Result.err(LATER), Resolver.unknown()));
    var before = List.of(bed.recorded("open"), bed.recorded("parked"), bed.recorded("doubt"));
    bed.pass(Duration.ofDays(400));
    sweep();
    assertEquals(
        before, List.of(bed.recorded("open"), bed.recorded("parked"), bed.recorded("doubt")));
    assertEquals(
        List.of("OPEN", "PARKED", "OPEN"),
        List.of(bed.state("open"), bed.state("parked"), bed.state("doubt")));
  }

  /** G28: what ends removes what has ended, without anybody sweeping. */
  @Test
  void aSteadyLoadOfRunsRemovesItsOwnPast() throws Exception {
    Branch<String> branch = run -> run.effects().value(A, () -> "x");
    for (var i = 0; i < 200; i++) {
      bed.run("k" + i, branch).orThrow();
      bed.pass(Duration.ofHours(1));
    }
    var kept = 0;
    for (var i = 0; i < 200; i++) kept += bed.recorded("k" + i).size();
    assertEquals(24, kept);
  }

  /** G12 */
  @Test
  void concurrentExecutesOfOneKeyRunOnce() throws Exception {
    var runs = new AtomicInteger();
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    Branch<String> branch =
        run -> {
          runs.incrementAndGet();
          begun.countDown();
          go.await();
          return run.effects().value(A, () -> "x").flatMap(_ -> Result.err(LATER));
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<Result<String>>>();
      var waiting = ConcurrentHashMap.<Thread>newKeySet();
      all.add(threads.submit(() -> bed.run("k", branch)));
      begun.await();
      for (var i = 0; i < 15; i++)
        all.add(
            threads.submit(
                () -> {
                  waiting.add(Thread.currentThread());
                  return bed.run("k", branch);
                }));
      awaitParked(waiting, 15);
      go.countDown();
      for (var one : all) assertEquals(Result.err(LATER), one.get());
    }
    assertEquals(1, runs.get());
  }

  static void awaitParked(Set<Thread> threads, int howMany) {
    while (threads.size() < howMany
        || !threads.stream().allMatch(one -> one.getState() == Thread.State.WAITING))
      Thread.onSpinWait();
  }

  @Test
  void aBranchThatExecutesItsOwnKeyIsAFault() throws Exception {
    var thrown =
        RuleTest.error(
            bed.run(
                "k",
                _ -> {
                  bed.run("k", _ -> Result.ok("inner"));
                  return Result.ok("outer");
                }));
    assertEquals("error.exception", thrown.code());
    assertEquals("", bed.state("k"));
  }

  /** §8: given up, it is never executed again. */
  @Test
  void anAbandonedRunIsForgotten() throws Exception {
    Branch<String> branch =
        run -> run.effects().value(A, () -> "x").flatMap(_ -> Result.err(LATER));
    bed.run("k", branch);
    assertEquals(Result.ok(), bed.effects().mayAbandon("c", RunKey.of("k")));
    assertEquals("OPEN", bed.state("k"));
    assertEquals(Result.ok(), bed.effects().abandon("c", RunKey.of("k")));
    assertEquals("ABANDONED", bed.state("k"));
    assertEquals(
        "error.precondition", RuleTest.error(bed.effects().abandon("c", RunKey.of("k"))).code());
    assertEquals("error.run.forgotten", RuleTest.error(bed.run("k", branch)).code());
    assertEquals(
        "error.not_found", RuleTest.error(bed.effects().abandon("c", RunKey.of("z"))).code());
    bed.run("done", _ -> Result.ok("x"));
    assertEquals(
        "error.precondition", RuleTest.error(bed.effects().abandon("c", RunKey.of("done"))).code());
  }

  /** Whoever asks whether it may be given up hears what giving it up would say. */
  @Test
  void aRunThatIsBeingExecutedMayNotBeAbandoned() throws Exception {
    var asked = new ArrayList<Result<Unit>>();
    bed.run(
        "k",
        run -> {
          run.effects().value(A, () -> "x").orThrow();
          asked.add(bed.effects().mayAbandon("c", RunKey.of("k")));
          asked.add(bed.effects().abandon("c", RunKey.of("k")));
          return Result.err(LATER);
        });
    assertEquals(asked.getLast(), asked.getFirst());
    assertEquals("error.precondition", RuleTest.error(asked.getFirst()).code());
    assertEquals("OPEN", bed.state("k"));
  }

  /** A shared key needs a cluster, and a key is text. */
  @Test
  void badKeysAreRefused() {
    for (var bad : List.of("", " ", "a\nb", "task:x", "x".repeat(201)))
      assertThrows(IllegalArgumentException.class, () -> RunKey.of(bad));
  }

  /** G22: nothing is recorded or sent by a deposed leader, and its run does not end. */
  @Test
  void underAFenceADeposedLeaderRecordsNothing() throws Exception {
    var old = new Fence(Scope.GLOBAL, 1, 7);
    var next = new Fence(Scope.GLOBAL, 1, 8);
    var to = NodeId.of("eu", "n2");
    var message = Message.of("t", Bytes.EMPTY);
    // given a leader in the middle of its run, when a later one records
    Branch<Long> later =
        run -> {
          bed.run("successor", other -> other.under(next).effects().value(A, () -> "x"));
          return run.effects().send(Step.of("notify", ValueType.NUMBER), to, message);
        };
    var error =
        RuleTest.error(
            bed.run(
                "k",
                run -> {
                  run.under(old).effects().value(A, () -> "mine").orThrow();
                  return later.run(run);
                }));
    // then its next effect is refused, in the transaction that would have done it
    assertEquals("error.fenced", error.code());
    assertEquals("1.8", error.details().get("newest"));
    assertEquals(List.of("a OK 0"), bed.recorded("k"));
    assertEquals(List.of(), bed.sent.tokens);
    assertEquals("OPEN", bed.state("k"));
    // nor can it call anybody, or end its run, however it goes on
    var calls = new AtomicInteger();
    var again =
        bed.run(
            "k",
            run -> {
              var effects = run.under(old).effects();
              effects.value(A, () -> "mine").orThrow();
              effects.idempotent(B, Bytes.EMPTY, (_, _) -> Result.ok("" + calls.incrementAndGet()));
              return Result.ok("well");
            });
    assertEquals("error.fenced", RuleTest.error(again).code());
    assertEquals(0, calls.get());
    assertEquals("OPEN", bed.state("k"));
    // and once it leads again, it goes on
    bed.restart();
    var third = new Fence(Scope.GLOBAL, 1, 9);
    assertEquals(
        Result.ok(1L),
        bed.run(
            "k",
            run -> {
              run.under(third).effects().value(A, () -> "not again").orThrow();
              return run.effects().send(Step.of("notify", ValueType.NUMBER), to, message);
            }));
    assertEquals(1, bed.sent.tokens.size());
  }

  /** G22: fences never go back: an outcome under an old one is refused also as the run's end. */
  @Test
  void underAnOldFenceARunDoesNotEnd() throws Exception {
    var old = new Fence(Scope.GLOBAL, 1, 7);
    bed.run("s", run -> run.under(new Fence(Scope.GLOBAL, 2, 1)).effects().value(A, () -> "x"));
    var ended = bed.run("k", run -> Result.ok(run.under(old).version()));
    assertEquals("error.fenced", RuleTest.error(ended).code());
    assertEquals("", bed.state("k"));
  }

  /** G9: what a retirement goes by: an open run uses its version now, an ended one used it then. */
  @Test
  void theStoreKnowsWhichVersionsAreInUse() throws Exception {
    assertEquals(Map.of(), bed.effects().uses("c").orThrow());
    var began = bed.effects().ledger().wall();
    bed.run("open", run -> run.effects().value(A, () -> "x").flatMap(_ -> Result.err(LATER)));
    assertEquals(Set.of(1), bed.effects().uses("c").orThrow().keySet());
    assertEquals(Map.of(), bed.effects().uses("d").orThrow());
    // an open run is in use also of a process that has not executed it
    bed.restart();
    var used = bed.effects().uses("c").orThrow();
    assertFalse(used.get(1).isBefore(began));
    // and no more once it has ended, and the process has not seen it
    bed.run("open", run -> run.effects().value(A, () -> "y"));
    bed.restart();
    assertEquals(Map.of(), bed.effects().uses("c").orThrow());
    // one that took long used it to its end
    Branch<String> slow =
        run -> {
          bed.pass(Duration.ofHours(1));
          return run.effects().value(A, () -> "x");
        };
    bed.run("long", slow);
    var last = bed.effects().ledger().wall();
    assertEquals(Map.of(1, last), bed.effects().uses("c").orThrow());
  }

  @Test
  void aClosedStoreBeginsNothing() throws Exception {
    bed.effects().close();
    var error = RuleTest.error(bed.run("k", _ -> Result.ok(Unit.UNIT)));
    assertEquals("error.draining", error.code());
  }
}
