package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G15 to G18: what an effect store promises of deeds that somebody else can see. */
@Timeout(60)
abstract class DeedsContract extends EffectContract {
  private static final Step<String> A = RunsContract.A;
  private static final MeshError LATER = RunsContract.LATER;
  private static final MeshError NEVER = RunsContract.NEVER;
  private static final Bytes IN = Bytes.utf8("input");

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
    for (var again = 0; again < 2; again++) // asked whether he may, he may still
    assertEquals(Result.ok(), bed.effects().mayResolve("c", RunKey.of("k"), "a", 1, did));
    assertEquals(List.of("a IN_DOUBT 3"), bed.recorded("k"));
    assertEquals(Result.ok(), bed.effects().resolve("c", RunKey.of("k"), "a", 1, did));
    assertEquals(Result.ok("by hand"), bed.run("k", branch));
    assertEquals(3, calls.get());
    assertEquals(
        "error.not_found",
        RuleTest.error(bed.effects().resolve("c", RunKey.of("k"), "a", 1, did)).code());
    assertEquals(
        "error.not_found",
        RuleTest.error(bed.effects().mayResolve("c", RunKey.of("k"), "a", 1, did)).code());
  }

  /** G16: nobody knows of a call that was interrupted, in the same start either. */
  @Test
  void anInterruptedCallIsInDoubt() throws Exception {
    var calls = new AtomicInteger();
    Branch<String> branch =
        run ->
            run.effects()
                .atMostOnce(
                    A,
                    IN,
                    (_, _) -> {
                      calls.incrementAndGet();
                      throw new InterruptedException("a shutdown");
                    },
                    Resolver.unknown());
    assertThrows(InterruptedException.class, () -> bed.run("k", branch));
    assertEquals("error.effect.in_doubt", RuleTest.error(bed.run("k", branch)).code());
    assertEquals(1, calls.get());
    assertEquals(List.of("a IN_DOUBT 1"), bed.recorded("k"));
  }

  /** Each call that was made is counted once, whether its end was seen or not. */
  @Test
  void callsAreCounted() throws Exception {
    var outcomes = new ArrayList<Result<String>>(List.of(Result.err(LATER), Result.ok("v")));
    bed.run("k", run -> run.effects().idempotent(A, IN, (_, _) -> outcomes.removeFirst()));
    assertEquals(List.of("a INTENT 1"), bed.recorded("k"));
    bed.run("k", run -> run.effects().idempotent(A, IN, (_, _) -> outcomes.removeFirst()));
    assertEquals(List.of("a OK 2"), bed.recorded("k"));
    EffectCall<String> interrupted =
        (_, _) -> {
          throw new InterruptedException("a shutdown");
        };
    Branch<String> branch = run -> run.effects().atMostOnce(A, IN, interrupted, Resolver.unknown());
    assertThrows(InterruptedException.class, () -> bed.run("lost", branch));
    for (var start = 0; start < 3; start++) {
      bed.restart();
      assertEquals(List.of("a IN_DOUBT 1"), bed.recorded("lost"));
      bed.run("lost", branch); // asks the resolver
    }
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
}
