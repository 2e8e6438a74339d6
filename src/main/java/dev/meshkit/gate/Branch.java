package dev.meshkit.gate;

import dev.meshkit.api.Result;

/**
 * What one version of a change does, as a run.
 *
 * @param <R> its answer
 */
@FunctionalInterface
public interface Branch<R> {
  /**
   * Does it. Between effects it must be deterministic: time, chance and what it reads of the world
   * come through {@link Effects#value}. An Err with {@code retry() = NEVER} ends the run for good.
   */
  Result<R> run(Run run) throws InterruptedException;
}
