package dev.meshkit.api;

/**
 * A leader's authority as a number that only grows: compare it where the protected thing is.
 *
 * <p>Two tenures of one scope never share a fence. Ordered by generation, then term; fences of
 * different scopes have no order.
 *
 * @param scope what is led
 * @param generation raised only by genesis and by {@code meshkit recover}
 * @param term the election term, one leader at most in each
 */
public record Fence(Scope scope, int generation, long term) implements Comparable<Fence> {
  /** Throws {@link IllegalArgumentException} if the scopes differ. */
  @Override
  public int compareTo(Fence other) {
    if (!scope.equals(other.scope))
      throw new IllegalArgumentException("fences of " + scope + " and " + other.scope);
    var byGeneration = Integer.compare(generation, other.generation);
    return byGeneration != 0 ? byGeneration : Long.compare(term, other.term);
  }

  /** {@code generation.term}, as operators see it. */
  public String text() {
    return generation + "." + term;
  }
}
