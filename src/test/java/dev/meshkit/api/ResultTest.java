package dev.meshkit.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.MeshError.Retry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** P1: what a result promises. */
class ResultTest {
  /** A step that doubles, adds or fails, remembering that it ran. */
  private record Link(int kind, int number, List<Integer> ran)
      implements Function<Integer, Result<Integer>> {
    @Override
    public Result<Integer> apply(Integer value) {
      ran.add(number);
      return switch (kind) {
        case 0 -> Result.ok(value * 2);
        case 1 -> Result.ok(value + number);
        default -> failed(number);
      };
    }
  }

  private static Result<Integer> failed(int number) {
    return Result.err(MeshError.validation("link " + number, "it fails", "take it out"));
  }

  /**
   * P1: the monad laws over 10,000 seeded chains, and what a plain loop that stops at the first
   * error gives, which runs no link after it.
   */
  @Test
  void chainsObeyTheMonadLaws() {
    for (var seed = 0; seed < 10_000; seed++) obeys(seed, new SplittableRandom(seed));
  }

  private static void obeys(long seed, RandomGenerator chance) {
    var ran = new ArrayList<Integer>();
    var chain = new ArrayList<Link>();
    for (var i = chance.nextInt(12); i >= 0; i--) chain.add(new Link(chance.nextInt(3), i, ran));
    var start = chance.nextInt(1_000);
    Result<Integer> m = chance.nextInt(4) == 0 ? failed(99) : Result.ok(start);
    var f = chain.getFirst();
    var g = chain.getLast();
    var message = "seed " + seed;
    assertEquals(f.apply(start), Result.ok(start).flatMap(f), message); // left identity
    assertEquals(m, m.flatMap(Result::ok), message); // right identity
    assertEquals(m.flatMap(f).flatMap(g), m.flatMap(x -> f.apply(x).flatMap(g)), message);
    assertEquals(m.flatMap(x -> Result.ok(x + 7)), m.map(x -> x + 7), message);
    assertEquals(m, m.map(Function.identity()), message);
    assertEquals(m.map(x -> x + 7).map(x -> x * 3), m.map(x -> (x + 7) * 3), message);

    ran.clear();
    var chained = m;
    for (var link : chain) chained = chained.flatMap(link);
    var chainRan = List.copyOf(ran);
    ran.clear();
    assertEquals(loop(m, chain), chained, message);
    assertEquals(ran, chainRan, message);
  }

  private static Result<Integer> loop(Result<Integer> start, List<Link> chain) {
    if (!(start instanceof Result.Ok<Integer>(var value))) return start;
    for (var link : chain) {
      var next = link.apply(value);
      if (!(next instanceof Result.Ok<Integer>(var more))) return next;
      value = more;
    }
    return Result.ok(value);
  }

  /** P1: null is refused, also when a mapping makes it. */
  @Test
  void okRefusesNull() {
    assertThrows(NullPointerException.class, () -> Result.ok(nothing()));
    assertThrows(NullPointerException.class, () -> Result.ok(1).map(_ -> nothing()));
    assertThrows(NullPointerException.class, () -> Result.err(ResultTest.<MeshError>nothing()));
  }

  @SuppressWarnings({"TypeParameterUnusedInFormals", "NullAway"})
  private static <T> T nothing() {
    return null;
  }

  /** P1: only an error may change its value's type. */
  @Test
  void aCastOfAnOkIsABug() {
    Result<String> cast = failed(1).cast();
    assertEquals(failed(1), cast);
    assertThrows(IllegalStateException.class, () -> Result.ok(1).cast());
  }

  /** P1: the one bridge to exceptions carries code, cause and details. */
  @Test
  void orThrowCarriesCodeCauseAndDetails() {
    var cause = new IOException("gone");
    var error =
        new MeshError.Fault(
            "error.exception", "t", "w", "f", Retry.NEVER, Map.of("a", "b"), Optional.of(cause));
    var thrown = assertThrows(MeshException.class, () -> Result.err(error).orThrow());
    assertEquals("error.exception", thrown.code());
    assertSame(cause, thrown.getCause());
    assertEquals(Map.of("a", "b"), thrown.error().details());
    assertEquals("error.exception: t: w; f", thrown.getMessage());
    assertEquals(7, Result.ok(7).orThrow());
  }

  /** P1: the rest: recover, or, onOk and onErr look at one kind and leave the other. */
  @Test
  void theOthersLookAtOneKind() {
    var seen = new ArrayList<Object>();
    assertEquals(Result.ok(1), Result.ok(1).recover(_ -> failed(1)).onErr(seen::add));
    assertEquals(failed(2), failed(1).recover(_ -> failed(2)).onOk(seen::add));
    assertEquals(List.of(), seen);
    Result.ok(1).onOk(seen::add);
    failed(3).onErr(error -> seen.add(error.tried()));
    assertEquals(List.<Object>of(1, "link 3"), seen);
    assertEquals(1, Result.ok(1).or(2));
    assertEquals(2, failed(1).or(2));
  }
}
