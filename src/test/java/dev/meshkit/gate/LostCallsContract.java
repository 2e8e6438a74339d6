package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.pipeline.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** G16, G17, G22: what an effect store promises of calls whose end nobody saw. */
@org.junit.jupiter.api.Timeout(60)
abstract class LostCallsContract extends EffectContract {
  private static final Step<String> A = RunsContract.A;
  private static final Step<String> B = RunsContract.B;
  private static final Bytes IN = Bytes.utf8("input");
  private static final String DOUBT = "error.effect.in_doubt";

  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger asks = new AtomicInteger();

  private Resolver<String> asked() {
    return _ -> {
      asks.incrementAndGet();
      return new Resolver.Answer.Unknown<>();
    };
  }

  private Result<String> once(Run run, Step<String> step, EffectCall<String> call)
      throws InterruptedException {
    return run.effects().atMostOnce(step, IN, call, asked());
  }

  /** A way in which a call ends that tells nothing of it. */
  private enum Loss {
    /** As by a time-out of the branch's own. */
    INTERRUPTED {
      @Override
      String lost() throws InterruptedException {
        throw new InterruptedException("called off");
      }
    },
    BROKEN {
      @Override
      String lost() {
        throw new AssertionError("a bug");
      }
    };

    abstract String lost() throws InterruptedException;
  }

  /** G16: a branch that goes on after it asks the resolver, and calls no more. */
  @Test
  void aCallThatCameToNothingKnownIsNotMadeAgainByItsExecution() throws Exception {
    for (var loss : Loss.values()) {
      calls.set(0);
      asks.set(0);
      EffectCall<String> call =
          (_, _) -> calls.incrementAndGet() == 1 ? Result.ok(loss.lost()) : Result.ok("again");
      var result =
          bed.run(
              loss.name(),
              run -> {
                assertThrows(Throwable.class, () -> once(run, A, call));
                return once(run, A, call);
              });
      assertEquals(DOUBT, RuleTest.error(result).code(), loss::name);
      assertEquals("1 call, 1 ask", calls + " call, " + asks + " ask", loss::name);
      assertEquals(List.of("a IN_DOUBT 1"), bed.recorded(loss.name()));
    }
  }

  /** G16: what was known not to have happened before is no longer once it is called again. */
  @Test
  void aKnownNoIsOverWithTheNextCall() throws Exception {
    EffectCall<String> call =
        (_, _) ->
            switch (calls.incrementAndGet()) {
              case 1 -> Result.err(RunsContract.LATER);
              case 2 -> throw new InterruptedException("called off");
              default -> Result.ok("again");
            };
    var result =
        bed.run(
            "k",
            run -> {
              assertEquals(Result.err(RunsContract.LATER), once(run, A, call));
              assertThrows(InterruptedException.class, () -> once(run, A, call));
              return once(run, A, call);
            });
    assertEquals(DOUBT, RuleTest.error(result).code());
    assertEquals(2, calls.get());
  }

  /** G16: with a time-out of MeshKit's own. */
  @Test
  void aCallThatTakesTooLongIsNotMadeAgain() throws Exception {
    EffectCall<String> call =
        (_, _) -> {
          if (calls.incrementAndGet() == 1) new CountDownLatch(1).await();
          return Result.ok("again");
        };
    var result =
        bed.run(
            "k",
            run -> {
              var late =
                  Timeout.of(
                      Duration.ofMillis(20),
                      dev.meshkit.pipeline.Step.of(() -> once(run, A, call)));
              assertEquals("error.timeout", RuleTest.error(late).code());
              return once(run, A, call);
            });
    assertEquals(DOUBT, RuleTest.error(result).code());
    assertEquals("1 call, 1 ask", calls + " call, " + asks + " ask");
  }

  /** G17: whoever waited for a deed that was called off does not do it. */
  @Test
  void whoWaitsForACallThatIsCalledOffDoesNotMakeIt() throws Exception {
    var step = A.key("order-1");
    var out = new CountDownLatch(1);
    EffectCall<String> call =
        (_, _) -> {
          if (calls.incrementAndGet() == 1) {
            out.countDown();
            new CountDownLatch(1).await();
          }
          return Result.ok("again");
        };
    var result =
        bed.run(
            "k",
            run -> {
              try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var first = threads.submit(() -> once(run, step, call));
                out.await();
                var second = threads.submit(() -> once(run, step, call));
                first.cancel(true);
                return second.get();
              } catch (ExecutionException broken) {
                throw new AssertionError(broken);
              }
            });
    assertEquals(DOUBT, RuleTest.error(result).code());
    assertEquals(1, calls.get());
  }

  /** G16: a thread that its execution has outlived does not call beside the next one. */
  @Test
  void aThreadThatWasLeftBehindDoesNotCallAgain() throws Exception {
    var left = new ArrayList<Run>();
    bed.run(
        "k",
        run -> {
          left.add(run);
          return Result.err(RunsContract.LATER);
        });
    EffectCall<String> call =
        (_, _) -> {
          calls.incrementAndGet();
          throw new InterruptedException("called off");
        };
    bed.run(
        "k",
        run -> {
          assertThrows(InterruptedException.class, () -> once(run, A, call));
          assertEquals(DOUBT, RuleTest.error(once(left.getFirst(), A, call)).code());
          return Result.err(RunsContract.LATER);
        });
    assertEquals(1, calls.get());
  }

  /** G16: of two executions that both know that it did not happen one calls. */
  @Test
  void whoComesSecondAfterAKnownNoDoesNotCall() throws Exception {
    var left = new ArrayList<Run>();
    EffectCall<String> no = (_, _) -> Result.err(RunsContract.LATER);
    bed.run("k", run -> once(run, A, no));
    EffectCall<String> call =
        (_, _) -> {
          calls.incrementAndGet();
          return Result.ok("done");
        };
    bed.run(
        "k",
        run -> {
          left.add(run); // it has read that there is a known no
          return Result.err(RunsContract.LATER);
        });
    EffectCall<String> lost =
        (_, _) -> {
          calls.incrementAndGet();
          throw new InterruptedException("called off");
        };
    assertThrows(InterruptedException.class, () -> bed.run("k", run -> once(run, A, lost)));
    assertEquals(DOUBT, RuleTest.error(once(left.getFirst(), A, call)).code());
    assertEquals(1, calls.get());
  }

  /** A thread in a call, which nothing calls off, of a branch that has gone on. */
  private Thread outlived(Run run, Result<String> ends, CountDownLatch until) throws Exception {
    var out = new CountDownLatch(1);
    EffectCall<String> call =
        (_, _) -> {
          calls.incrementAndGet();
          out.countDown();
          until.await();
          return ends;
        };
    var thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    once(run, A, call);
                  } catch (InterruptedException impossible) {
                    throw new IllegalStateException(impossible);
                  }
                });
    out.await();
    return thread;
  }

  /** G16: what an outlived call came to says nothing of one that was made since. */
  @Test
  void aLateKnownNoIsNoneOfALaterCall() throws Exception {
    for (var ends : List.of(RunsContract.LATER, RunsContract.NEVER)) {
      calls.set(0);
      var key = ends.code();
      var until = new CountDownLatch(1);
      var threads = new ArrayList<Thread>();
      bed.run(
          key,
          run -> {
            threads.add(started(() -> outlived(run, Result.err(ends), until)));
            return Result.err(RunsContract.LATER);
          });
      EffectCall<String> lost =
          (_, _) -> {
            calls.incrementAndGet();
            throw new InterruptedException("called off");
          };
      Resolver<String> didNot = _ -> new Resolver.Answer.DidNot<>();
      assertThrows(
          InterruptedException.class,
          () -> bed.run(key, run -> run.effects().atMostOnce(A, IN, lost, didNot)));
      until.countDown();
      threads.getFirst().join();
      var after = bed.run(key, run -> once(run, A, lost));
      assertEquals(DOUBT, RuleTest.error(after).code(), key);
      assertEquals(2, calls.get(), key);
    }
  }

  /** A start that may throw anything. */
  @FunctionalInterface
  private interface Starting {
    Thread start() throws Exception;
  }

  private static Thread started(Starting starting) throws InterruptedException {
    try {
      return starting.start();
    } catch (InterruptedException interrupted) {
      throw interrupted;
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** G19: a branch that ends before a call of its own has come by the step all the same. */
  @Test
  void aBranchThatDoesNotWaitForItsCallIsNotParked() throws Exception {
    var until = new CountDownLatch(1);
    var threads = new ArrayList<Thread>();
    bed.run(
        "k",
        run -> {
          threads.add(started(() -> outlived(run, Result.ok("late"), until)));
          return Result.ok("over");
        });
    assertEquals("OPEN", bed.state("k"));
    until.countDown();
    threads.getFirst().join();
    assertEquals(List.of("a OK 1"), bed.recorded("k"));
  }

  /** G16: once its execution is over, whoever looks sees it, and an operator may say. */
  @Test
  void aCallThatWasCalledOffIsInDoubtAtOnce() throws Exception {
    EffectCall<String> call =
        (_, _) -> {
          throw new InterruptedException("called off");
        };
    assertThrows(InterruptedException.class, () -> bed.run("k", run -> once(run, A, call)));
    assertEquals(List.of("a IN_DOUBT 1"), bed.recorded("k"));
    var word = new Resolver.Answer.Happened<>(Bytes.utf8("said"));
    bed.effects().resolve("c", RunKey.of("k"), "a", 1, word).orThrow();
    assertEquals(Result.ok("said"), bed.run("k", run -> once(run, A, call)));
    assertEquals(0, asks.get());
  }

  /** G22: nor does a deposed leader make a call again that it was to make. */
  @Test
  void aDeposedLeaderDoesNotRepeatACall() throws Exception {
    var old = new Fence(Scope.GLOBAL, 1, 7);
    var next = new Fence(Scope.GLOBAL, 1, 8);
    Branch<String> branch =
        run ->
            run.under(old)
                .effects()
                .idempotent(
                    A,
                    IN,
                    (_, _) ->
                        calls.incrementAndGet() == 1
                            ? Result.err(RunsContract.LATER)
                            : Result.ok("again"));
    bed.run("k", branch);
    bed.run("successor", run -> run.under(next).effects().value(A, () -> "x")).orThrow();
    assertEquals("error.fenced", RuleTest.error(bed.run("k", branch)).code());
    assertEquals(1, calls.get());
  }

  /** G14: steps that are left behind without an outcome take places, too, and those are counted. */
  @Test
  void aRunThatLeavesTooManyStepsBehindIsRefusedAndTakesNobodysPlace() throws Exception {
    bed.run("other", run -> run.effects().value(A, () -> "other"));
    var result =
        bed.run(
            "k",
            run -> {
              for (var i = 0; i < Places.MOST; i++)
                run.effects()
                    .value(
                        i % 2 == 0 ? A : B,
                        () -> {
                          throw new MeshException(RunsContract.LATER);
                        });
              return run.effects().value(Step.of("c", ValueType.TEXT), () -> "mine");
            });
    assertEquals("error.validation", RuleTest.error(result).code());
    assertEquals(List.of(), bed.recorded("k"));
    assertEquals(List.of("a OK 0"), bed.recorded("other"));
  }
}
