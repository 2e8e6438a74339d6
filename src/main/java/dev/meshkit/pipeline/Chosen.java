package dev.meshkit.pipeline;

import dev.meshkit.api.Result;

/**
 * What one {@link Cases#next} came to.
 *
 * @param <R> what handlers yield
 */
public sealed interface Chosen<R> {
  /**
   * One element was taken and handled.
   *
   * @param result what its handler said, or the error its inlet failed with
   */
  record Handled<R>(Result<R> result) implements Chosen<R> {}

  /** Nothing was ready in time; nothing was taken. */
  record Idle<R>() implements Chosen<R> {}

  /** Every port has ended. */
  record Drained<R>() implements Chosen<R> {}
}
