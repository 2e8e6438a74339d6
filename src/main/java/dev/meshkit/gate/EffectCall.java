package dev.meshkit.gate;

import dev.meshkit.api.Result;
import dev.meshkit.api.Token;

/**
 * A call to the outside.
 *
 * @param <R> its answer
 */
@FunctionalInterface
public interface EffectCall<R> {
  /**
   * Does it. {@code Ok} and an error with {@code retry() = NEVER} are recorded; for {@link
   * Effects#atMostOnce} an error with {@code retry() = SAFE} says that it did not happen.
   *
   * @param token the deed's name for the far side, the same at every attempt
   * @param attempt 1 at the first
   */
  Result<R> call(Token token, int attempt) throws InterruptedException;
}
