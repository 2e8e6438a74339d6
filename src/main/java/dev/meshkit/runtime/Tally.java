package dev.meshkit.runtime;

/**
 * A pure fold of replies that knows when it is decided; {@link Fanout} collects for it.
 *
 * @param <R> a reply
 * @param <T> the tally itself
 */
public interface Tally<R, T extends Tally<R, T>> {
  /** This tally with one more reply. */
  T with(R reply);

  /** This tally with one who failed to reply. */
  T without(Throwable failure);

  /** Whether more replies can no longer change the outcome. */
  boolean decided();
}
