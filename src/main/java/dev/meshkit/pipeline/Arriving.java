package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What writers put into an {@link Inlet} since its reader last took over all of it. An object of
 * its own, so that what writers write lies apart from what the reader reads. Guarded by the inlet's
 * lock; only {@link #size} is read without.
 */
final class Arriving<T> {
  private @Nullable Result<T>[] items = none();
  private volatile int size;
  private int drawnLeft; // so many of what was taken over last wait still, at most

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a class with a type cannot be made
  private static <T> @Nullable Result<T>[] none() {
    return (Result<T>[]) new Result[0];
  }

  void add(Result<T> one) {
    var at = size;
    if (at == items.length) items = Arrays.copyOf(items, Math.max(8, 2 * at));
    items[at] = one;
    size = at + 1;
  }

  int size() {
    return size;
  }

  /** Whether so many wait, here and of what was taken over; looks there only when it may be so. */
  boolean holds(long most, Drawn<T> drawn) {
    if (size + (long) drawnLeft < most) return false;
    drawnLeft = drawn.left();
    return size + (long) drawnLeft >= most;
  }

  /** All of it, in order; {@link #clear} when others can see it there. */
  Drawn<T> draw() {
    return new Drawn<>(items, size);
  }

  /** Nothing is here any more, all is in what was drawn; an array to go on with. */
  void clear(@Nullable Result<T>[] free) {
    drawnLeft = size;
    items = free;
    size = 0;
  }

  /** The same with a new array. */
  void clear() {
    clear(none());
  }
}
