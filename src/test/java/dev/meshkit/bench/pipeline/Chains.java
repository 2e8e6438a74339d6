package dev.meshkit.bench.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.Result;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Chains of map and flatMap beside {@link Optional} and beside exceptions. */
@SuppressWarnings("UnnecessaryLambda") // one object for both sides, so that both call the same
final class Chains {
  private static final int PAIRS = 16; // of a map and a flatMap
  private static final Function<Long, Long> NEXT = value -> value + 1;
  private static final Function<Long, Result<Long>> OK = value -> Result.ok(value + 1);
  private static final Function<Long, Optional<Long>> SOME = value -> Optional.of(value + 1);
  private static final Function<Long, Result<Long>> ERR = value -> Result.err(failure(value));

  private Chains() {}

  static List<Contest> all() {
    return List.of(
        new Contest(
            "ResultChain",
            "32 x map and flatMap in turns, all Ok",
            "the same chain over Optional",
            new Bound.TimeAtMost(1.3),
            times -> oks(times),
            times -> somes(times)),
        new Contest(
            "ResultChainErr",
            "the same chain, its last step failing",
            "the same steps as calls, the last one throwing, caught by the caller",
            new Bound.TimeAtMost(0.2),
            times -> errs(times),
            times -> throwns(times)));
  }

  private static long oks(int times) {
    var sum = 0L;
    for (var i = 0; i < times; i++) {
      var chain = Result.ok((long) i);
      for (var pair = 0; pair < PAIRS; pair++) chain = chain.map(NEXT).flatMap(OK);
      sum += chain.or(0L);
    }
    return sum;
  }

  private static long somes(int times) {
    var sum = 0L;
    for (var i = 0; i < times; i++) {
      var chain = Optional.of((long) i);
      for (var pair = 0; pair < PAIRS; pair++) chain = chain.map(NEXT).flatMap(SOME);
      sum += chain.orElse(0L);
    }
    return sum;
  }

  private static long errs(int times) {
    var sum = 0L;
    for (var i = 0; i < times; i++) {
      var chain = Result.ok((long) i);
      for (var pair = 0; pair < PAIRS - 1; pair++) chain = chain.map(NEXT).flatMap(OK);
      sum +=
          switch (chain.map(NEXT).flatMap(ERR)) {
            case Result.Ok<Long>(var value) -> value;
            case Result.Err<Long>(var error) -> error.why().length();
          };
    }
    return sum;
  }

  private static long throwns(int times) {
    var sum = 0L;
    for (var i = 0; i < times; i++) {
      try {
        Long value = (long) i;
        for (var pair = 0; pair < PAIRS - 1; pair++) value = NEXT.apply(NEXT.apply(value));
        sum += thrown(NEXT.apply(value));
      } catch (Failure failure) {
        sum += failure.getMessage().length();
      }
    }
    return sum;
  }

  private static MeshError failure(long value) {
    return MeshError.of("error.unavailable", "the last step", why(value), "none", Retry.SAFE);
  }

  private static String why(long value) {
    return value < 0 ? "it is below zero" : "it is enough";
  }

  private static long thrown(long value) throws Failure {
    throw new Failure(why(value));
  }

  /** An ordinary checked exception: its stack trace is what it costs. */
  private static final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    Failure(String why) {
      super(why);
    }
  }
}
