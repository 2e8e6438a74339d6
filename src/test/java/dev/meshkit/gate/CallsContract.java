package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.PayloadCodec;
import dev.meshkit.api.Result;
import dev.meshkit.api.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G13 to G18: what an effect store promises of each mode. */
@Timeout(60)
abstract class CallsContract {
  private static final Step<String> A = RunsContract.A;
  private static final MeshError LATER = RunsContract.LATER;
  private static final MeshError NEVER = RunsContract.NEVER;
  private static final Bytes IN = Bytes.utf8("input");

  private EffectBed bed;

  abstract EffectBed bed() throws InterruptedException;

  @BeforeEach
  void open() throws InterruptedException {
    bed = bed();
  }

  @AfterEach
  void close() throws InterruptedException {
    bed.close();
  }

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

  /** G13: of a shutdown in the middle of a call nothing but the intent stays. */
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
      assertEquals(way == VALUE ? List.of() : List.of("a INTENT 0"), bed.recorded(key));
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

  /** G15 */
  @Test
  void aCallAlwaysCarriesTheSameToken() throws Exception {
    var tokens = new ArrayList<Token>();
    var attempts = new ArrayList<Integer>();
    Branch<String> branch =
        run ->
            run.effects()
                .idempotent(
                    A,
                    IN,
                    (token, attempt) -> {
                      tokens.add(token);
                      attempts.add(attempt);
                      return attempt < 4 ? Result.err(LATER) : Result.ok("v");
                    });
    bed.run("k", branch);
    bed.run("k", branch);
    bed.flip(2);
    bed.restart();
    bed.run("k", branch);
    bed.restart();
    assertEquals(Result.ok("v"), bed.run("k", branch));
    assertEquals(1, tokens.stream().distinct().count());
    assertEquals(List.of(1, 2, 3, 4), attempts);
  }

  /** G15: within one execution too: a step without an outcome keeps its place. */
  @Test
  void anotherAttemptInTheBranchIsTheSameDeed() throws Exception {
    var tokens = new ArrayList<Token>();
    Branch<String> branch =
        run -> {
          EffectCall<String> call =
              (token, attempt) -> {
                tokens.add(token);
                return attempt < 3 ? Result.err(LATER) : Result.ok("v");
              };
          var result = run.effects().idempotent(A, IN, call);
          while (!result.isOk()) result = run.effects().idempotent(A, IN, call);
          // and its repeat is another
          run.effects().idempotent(A, IN, (token, _) -> Result.ok("" + tokens.add(token)));
          return result;
        };
    assertEquals(Result.ok("v"), bed.run("k", branch));
    assertEquals(4, tokens.size());
    assertEquals(2, tokens.stream().distinct().count());
    assertNotEquals(tokens.get(2), tokens.get(3));
    assertEquals(Result.ok("v"), bed.run("k", branch));
    assertEquals(4, tokens.size());
  }

  /** G15: and on every node, if the key is shared; else tokens are the store's own. */
  @Test
  void sharedKeysHaveTheSameTokensOnEveryNode() throws Exception {
    var other = new MemoryLedger(bed.clocks(), Bytes.utf8("another store"));
    var there = DeterministicEffectStore.on(other, EffectBed.OPTIONS, bed.sent);
    for (var key : List.of(RunKey.of("own"), RunKey.of("shared").shared())) {
      var tokens = new ArrayList<Token>();
      Branch<String> branch =
          run -> run.effects().idempotent(A, IN, (token, _) -> Result.ok("" + tokens.add(token)));
      bed.run(key, branch);
      var all = Branches.<String>of(EffectBed.CHANGE).range(1, 3, branch).build();
      var decision = new Decision(3, Decision.Source.COMMITTED, 1, RecordId.NONE);
      there.execute(EffectBed.CHANGE, Subject.NONE, key, () -> Result.ok(decision), all);
      assertEquals(key.isShared() ? 1 : 2, tokens.stream().distinct().count());
    }
    // SHA-256("cluster" ‖ "c" 00 "fixed" 00 "a" 00 00000001), its first 16 bytes: fixed for ever
    var tokens = new ArrayList<Token>();
    bed.run(
        RunKey.of("fixed").shared(),
        run -> run.effects().idempotent(A, IN, (token, _) -> Result.ok("" + tokens.add(token))));
    assertEquals("85a427175eda2b136bb687a8d6daa485", tokens.getFirst().toString());
  }

  /** G16: what is known not to have happened may be called again; nothing else may. */
  @Test
  void atMostOnceCallsAgainOnlyAfterAKnownNo() throws Exception {
    var calls = new AtomicInteger();
    var asks = new AtomicInteger();
    var maybe = MeshError.of("error.test.maybe", "t", "w", "f", Retry.SAFE_WITH_KEY);
    var outcomes = new ArrayList<>(List.of(LATER, LATER, maybe));
    Branch<String> branch =
        run ->
            run.effects()
                .atMostOnce(
                    A,
                    IN,
                    (_, _) -> {
                      calls.incrementAndGet();
                      return outcomes.isEmpty()
                          ? Result.ok("v")
                          : Result.err(outcomes.removeFirst());
                    },
                    _ -> {
                      asks.incrementAndGet();
                      return new Resolver.Answer.Unknown<>();
                    });
    assertEquals(Result.err(LATER), bed.run("k", branch));
    bed.restart(); // a known no stays known
    assertEquals(Result.err(LATER), bed.run("k", branch));
    assertEquals(Result.err(maybe), bed.run("k", branch));
    assertEquals(List.of(3, 0), List.of(calls.get(), asks.get()));
    // now it is in doubt: the resolver is asked once a start
    for (var start = 1; start <= 3; start++) {
      for (var again = 0; again < 3; again++) {
        assertEquals("error.effect.in_doubt", RuleTest.error(bed.run("k", branch)).code());
      }
      assertEquals(List.of(3, start), List.of(calls.get(), asks.get()));
      assertEquals(List.of("a IN_DOUBT 3"), bed.recorded("k"));
      bed.restart();
    }
    // until an operator says
    var did = new Resolver.Answer.Happened<>(Bytes.utf8("by hand"));
    assertEquals(Result.ok(), bed.effects().resolve("c", RunKey.of("k"), "a", 1, did));
    assertEquals(Result.ok("by hand"), bed.run("k", branch));
    assertEquals(3, calls.get());
    assertEquals(
        "error.not_found",
        RuleTest.error(bed.effects().resolve("c", RunKey.of("k"), "a", 1, did)).code());
  }

  /** G16 */
  @Test
  void theResolversWordIsTaken() throws Exception {
    var maybe = MeshError.of("error.test.maybe", "t", "w", "f", Retry.SAFE_WITH_KEY);
    for (Resolver.Answer<String> answer :
        List.of(new Resolver.Answer.Happened<>("asked"), new Resolver.Answer.DidNot<String>())) {
      var key = "k" + answer.getClass().getSimpleName();
      var calls = new AtomicInteger();
      Branch<String> branch =
          run ->
              run.effects()
                  .atMostOnce(
                      A,
                      IN,
                      (_, _) -> calls.incrementAndGet() == 1 ? Result.err(maybe) : Result.ok("v"),
                      _ -> answer);
      bed.run(key, branch);
      var isDone = answer instanceof Resolver.Answer.Happened<String>;
      for (var again = 0; again < 2; again++) {
        assertEquals(Result.ok(isDone ? "asked" : "v"), bed.run(key, branch));
        assertEquals(isDone ? 1 : 2, calls.get());
      }
    }
  }

  /** G17 */
  @Test
  void manyCapturesOfOneKeyedStepMakeOneCallAndEqualAnswers() throws Exception {
    for (var outcome :
        List.of(Result.ok("v"), Result.<String>err(NEVER), Result.<String>err(LATER))) {
      var calls = new AtomicInteger();
      var go = new CountDownLatch(1);
      var step = A.key("n3");
      var answers = new ArrayList<Result<String>>();
      bed.run(
          "k" + outcome.hashCode(),
          run -> {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
              var all = new ArrayList<Future<Result<String>>>();
              var there = ConcurrentHashMap.<Thread>newKeySet();
              for (var i = 0; i < 64; i++) {
                all.add(
                    threads.submit(
                        () -> {
                          there.add(Thread.currentThread());
                          return run.effects()
                              .idempotent(
                                  step,
                                  IN,
                                  (_, _) -> {
                                    calls.incrementAndGet();
                                    go.await();
                                    return outcome;
                                  });
                        }));
              }
              RunsContract.awaitParked(there, 64);
              go.countDown();
              for (var one : all) answers.add(one.get());
            } catch (java.util.concurrent.ExecutionException broken) {
              throw new AssertionError(broken);
            }
            return Result.ok("done");
          });
      assertEquals(1, calls.get());
      assertEquals(java.util.Collections.nCopies(64, outcome), answers);
    }
  }

  /** G18 */
  @Test
  void aMessageIsSentOncePerEffect() throws Exception {
    var step = Step.of("notify", ValueType.NUMBER);
    var message = Message.of("t", IN);
    Branch<Long> branch =
        run -> {
          run.effects().send(step, NodeId.of("eu", "n2"), message).orThrow();
          return run.effects().send(step, NodeId.of("eu", "n3"), message);
        };
    for (var again = 0; again < 3; again++) {
      assertEquals(Result.ok(2L), bed.run("k", branch));
      bed.restart();
    }
    assertEquals(2, bed.sent.tokens.stream().distinct().count());
    assertEquals(2, bed.sent.tokens.size());
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
