package dev.meshkit.api;

import java.util.Optional;

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
  private static final ScopedValue<Fence> CURRENT = ScopedValue.newInstance();

  /**
   * The fence that this thread works under: that of the tenure whose {@link Lead} it runs, or of a
   * {@link #call} around it. It says whose work this is, not that the tenure still lasts: for that
   * ask {@link Leadership#authority}. A {@link LocalStore#transact} runs its work on another
   * thread: take the fence along.
   */
  public static Optional<Fence> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** Runs {@code work} on this thread under this fence. */
  public <T, X extends Throwable> T call(ScopedValue.CallableOp<? extends T, X> work) throws X {
    return ScopedValue.where(CURRENT, this).<T, X>call(work);
  }

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
