package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.PayloadCodec;
import dev.meshkit.api.Result;
import dev.meshkit.api.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G13, G14: what an effect store records, and what it never does. */
@Timeout(60)
abstract class CallsContract extends EffectContract {
  private static final Step<String> A = RunsContract.A;
  private static final MeshError LATER = RunsContract.LATER;
  private static final MeshError NEVER = RunsContract.NEVER;
  private static final Bytes IN = Bytes.utf8("input");

  /** A step of some mode that is given its outcome. */
  private interface Way {
    Result<String> capture(Effects effects, EffectCall<String> call) throws InterruptedException;
  }

  private static final Token NONE = new Token(Bytes.of(new byte[16]));

  private static final Way VALUE =
      (effects, call) -> effects.value(A, () -> call.call(NONE, 1).orThrow());
  private static final Way LOCAL_TX =
      (effects, call) ->
          effects.localTx(
              A,
              _ -> {
                try {
                  return call.call(NONE, 1).orThrow();
                } catch (InterruptedException interrupted) {
                  throw new AssertionError(interrupted);
                }
              });
  private static final Way IDEMPOTENT = (effects, call) -> effects.idempotent(A, IN, call);
  private static final Way ONCE =
      (effects, call) -> effects.atMostOnce(A, IN, call, _ -> new Resolver.Answer.DidNot<>());

  /** G13 */
  @Test
  void recordedValuesAndPermanentFailuresReplay() throws Exception {
    for (var way : List.of(VALUE, LOCAL_TX, IDEMPOTENT, ONCE)) {
      for (var outcome : List.of(Result.ok("v"), Result.<String>err(NEVER))) {
        var key = "k" + bed.hashCode() + way.hashCode() + outcome.hashCode();
        var calls = new AtomicInteger();
        for (var again = 0; again < 3; again++) {
          var seen = new ArrayList<Result<String>>();
          bed.run(
              key,
              run -> {
                seen.add(
                    way.capture(
                        run.effects(),
                        (_, _) -> {
                          calls.incrementAndGet();
                          return outcome;
                        }));
                return Result.err(LATER);
              });
          assertEquals(List.of(outcome), seen);
          bed.restart();
        }
        assertEquals(1, calls.get());
      }
    }
  }

  /** G13: whatever says that it may be otherwise next time, through whatever path it comes. */
  @Test
  void transientFailuresAreNeverRecorded() throws Exception {
    var canceled = new MeshError.Canceled("a branch");
    var errors =
        List.of(
            LATER,
            canceled,
            new MeshError.TimedOut(java.time.Duration.ofMillis(1), "a call"),
            new MeshError.Aggregate(List.of(NEVER, canceled)),
            error("error.fenced"),
            error("error.version.conflict"),
            error("error.taskqueue.disposed"),
            error("error.deterministic.replay"));
    for (var way : List.of(VALUE, LOCAL_TX, IDEMPOTENT, ONCE)) {
      for (var error : errors) {
        var key = "k" + way.hashCode() + error.hashCode();
        var outcomes = new ArrayList<>(List.of(Result.<String>err(error), Result.ok("v")));
        Branch<String> branch = run -> way.capture(run.effects(), (_, _) -> outcomes.removeFirst());
        assertEquals(error.code(), RuleTest.error(bed.run(key, branch)).code());
        assertTrue(bed.recorded(key).stream().noneMatch(row -> row.contains("FAILED")), key);
        assertTrue(List.of("", "OPEN").contains(bed.state(key)), error::text);
        assertEquals(Result.ok("v"), bed.run(key, branch));
      }
    }
  }

  private static MeshError error(String code) {
    return MeshError.of(code, "testing", "it is so", "none", Retry.NEVER);
  }

  /** G13: an exception that is no MeshError says nothing about next time. */
  @Test
  void exceptionsAreNeverRecorded() throws Exception {
    for (var way : List.of(VALUE, LOCAL_TX, IDEMPOTENT, ONCE)) {
      var key = "k" + way.hashCode();
      var calls = new AtomicInteger();
      Branch<String> branch =
          run ->
              way.capture(
                  run.effects(),
                  (_, _) -> {
                    if (calls.incrementAndGet() == 1) throw new IllegalStateException("a bug");
                    return Result.ok("v");
                  });
      assertEquals("error.exception", RuleTest.error(bed.run(key, branch)).code());
      assertEquals(Result.ok("v"), bed.run(key, branch));
      assertEquals(2, calls.get());
    }
  }

  /** G13: of an interruption in the middle of a call nothing stays but that it was to be made. */
  @Test
  void anInterruptionRecordsNothingButTheIntent() throws Exception {
    for (var way : List.of(VALUE, IDEMPOTENT, ONCE)) {
      var key = "k" + way.hashCode();
      var waiting = new CountDownLatch(1);
      var ended = new ArrayList<Object>();
      var thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      ended.add(
                          bed.run(
                              key,
                              run ->
                                  way.capture(
                                      run.effects(),
                                      (_, _) -> {
                                        waiting.countDown();
                                        new CountDownLatch(1).await();
                                        return Result.ok("never");
                                      })));
                    } catch (InterruptedException interrupted) {
                      ended.add("interrupted");
                    }
                  });
      waiting.await();
      thread.interrupt();
      thread.join();
      assertEquals(List.of("interrupted"), ended);
      var stays = way == ONCE ? "a IN_DOUBT 1" : "a INTENT 0";
      assertEquals(way == VALUE ? List.of() : List.of(stays), bed.recorded(key));
      assertEquals(
          Result.ok("v"),
          bed.run(key, run -> way.capture(run.effects(), (_, _) -> Result.ok("v"))));
    }
  }

  /** G13: nor is an error that a shutdown may have made, however final it sounds. */
  @Test
  void anErrorDuringAShutdownIsNeverRecorded() throws Exception {
    for (var way : List.of(VALUE, LOCAL_TX, IDEMPOTENT, ONCE)) {
      var key = "k" + way.hashCode();
      bed.run(
          key,
          run ->
              way.capture(
                  run.effects(),
                  (_, _) -> {
                    bed.effects().close();
                    return Result.err(NEVER);
                  }));
      bed.restart();
      assertEquals(
          Result.ok("v"),
          bed.run(key, run -> way.capture(run.effects(), (_, _) -> Result.ok("v"))));
    }
  }

  /** G13: nor is one that came while its thread was told to stop. */
  @Test
  void anErrorOfAnInterruptedThreadIsNeverRecorded() throws Exception {
    for (var way : List.of(VALUE, IDEMPOTENT, ONCE)) {
      var key = "k" + way.hashCode();
      bed.run(
          key,
          run ->
              way.capture(
                  run.effects(),
                  (_, _) -> {
                    Thread.currentThread().interrupt();
                    return Result.err(NEVER);
                  }));
      assertTrue(Thread.interrupted());
      bed.restart();
      assertEquals(
          Result.ok("v"),
          bed.run(key, run -> way.capture(run.effects(), (_, _) -> Result.ok("v"))));
    }
  }

  /** G14: also the first caller gets what is recorded, and not what was made. */
  @Test
  void aValueIsOneForEver() throws Exception {
    var lossy =
        ValueType.of(
            "lossy",
            PayloadCodec.of(
                (String text) ->
                    text.substring(0, 1).getBytes(java.nio.charset.StandardCharsets.UTF_8),
                bytes -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8)));
    var step = Step.of("v", lossy);
    for (var again = 0; again < 3; again++) {
      var made = "x" + again;
      assertEquals(Result.ok("x"), bed.run("k", run -> run.effects().value(step, () -> made)));
      bed.restart();
    }
  }

  /** G14 */
  @Test
  void aLocalTransactionCommitsWithItsRowsOrNotAtAll() throws Exception {
    var token = Token.of("the row");
    // given work that writes and then fails, then it has written nothing, and may do it again
    for (var thrown : List.of(new MeshException(LATER), new IllegalStateException("a bug"))) {
      Branch<String> failing =
          run ->
              run.effects()
                  .localTx(
                      A,
                      tx -> {
                        assertTrue(tx.once(token));
                        throw thrown;
                      });
      assertTrue(!bed.run("k", failing).isOk());
      assertEquals(List.of(), bed.recorded("k"));
    }
    // given a failure for good, then it is recorded, and still nothing was written
    bed.run(
        "failed",
        run ->
            run.effects()
                .localTx(
                    A,
                    tx -> {
                      assertTrue(tx.once(token));
                      throw new MeshException(NEVER);
                    }));
    assertEquals(List.of("a FAILED 0"), bed.recorded("failed"));
    // given work that ends well, then both are there
    assertEquals(
        Result.ok("true"),
        bed.run("k", run -> run.effects().localTx(A, tx -> "" + tx.once(token))));
    assertEquals(List.of("a OK 0"), bed.recorded("k"));
    assertEquals(
        Result.ok("false"),
        bed.run("other", run -> run.effects().localTx(A, tx -> "" + tx.once(token))));
  }

  /** A run whose effect has no outcome is not over, whatever its branch makes of that. */
  @Test
  void aRunThatWentOnWithoutAnOutcomeStaysOpen() throws Exception {
    var outcomes = new ArrayList<>(List.of(Result.<String>err(LATER), Result.ok("v")));
    Branch<String> branch =
        run -> {
          run.effects().idempotent(A, IN, (_, _) -> outcomes.removeFirst());
          return run.effects().value(RunsContract.B, () -> "b");
        };
    assertEquals(Result.ok("b"), bed.run("k", branch));
    assertEquals("OPEN", bed.state("k"));
    assertEquals(Result.ok("b"), bed.run("k", branch));
    assertEquals("DONE", bed.state("k"));
  }

  /** What is too large is refused where it is made, and recorded nowhere. */
  @Test
  void aValueThatIsTooLargeIsRefused() throws Exception {
    var large = "x".repeat(Effects.MAX_VALUE_BYTES + 1);
    for (var way : List.of(VALUE, LOCAL_TX)) {
      var key = "k" + way.hashCode();
      var error =
          RuleTest.error(
              bed.run(key, run -> way.capture(run.effects(), (_, _) -> Result.ok(large))));
      assertEquals("error.validation", error.code());
      assertEquals(List.of(), bed.recorded(key));
    }
  }
}
