package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * Seeded rounds of one property. Each has a chance of its own, a failing one says its seed, and
 * together they leave no thread behind. {@code -Dmeshkit.seed=N} runs the round of that seed alone.
 */
final class Rounds {
  /** How many the properties that need threads are tried. */
  static final int MANY = 10_000;

  /** One round. */
  @FunctionalInterface
  interface Round {
    /** Tries it; whatever it throws is a failure of its seed. */
    void run(RandomGenerator chance) throws Exception;
  }

  private Rounds() {}

  /** Runs the rounds of seeds 0 to {@code count} − 1. */
  static void of(int count, Round round) {
    var only = Optional.ofNullable(Long.getLong("meshkit.seed"));
    var seeds = only.map(List::of).orElseGet(() -> LongStream.range(0, count).boxed().toList());
    try {
      var left = Threads.leftBy(() -> seeds.forEach(seed -> run(seed, round)));
      assertEquals(List.of(), List.copyOf(left), "virtual threads left");
    } catch (Exception impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void run(long seed, Round round) {
    try {
      round.run(new SplittableRandom(seed));
    } catch (Exception | AssertionError broken) {
      throw new AssertionError(
          "seed " + seed + " (alone: -Dmeshkit.seed=" + seed + "): " + broken.getMessage(), broken);
    } finally {
      Thread.interrupted(); // of this round, not of the next
    }
  }
}
