package dev.meshkit.bench.pipeline;

/** One side of a {@link Contest}: ours, or the plain Java beside it. */
@FunctionalInterface
interface Side {
  /**
   * Does the work so many times.
   *
   * @return a sum of all that came out, so that nothing can be left out as unused, and so that both
   *     sides can be held to the same work
   */
  long run(int times) throws Exception;
}
