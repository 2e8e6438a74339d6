package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the reader of an {@link Inlet} took over from its writers at once, and takes one by one
 * without a lock. A writer that gives up the oldest takes it here too, so each element is claimed
 * by counting.
 */
final class Drawn<T> {
  private final @Nullable Result<T>[] items;
  private final int size;
  private final AtomicInteger claimed = new AtomicInteger();

  Drawn(@Nullable Result<T>[] items, int size) {
    this.items = items;
    this.size = size;
  }

  /** The next in order; null when all are taken. */
  @Nullable Result<T> take() {
    if (isEmpty()) return null;
    var place = claimed.getAndIncrement();
    if (place >= size) return null;
    var one = items[place];
    items[place] = null;
    return one;
  }

  /** Whether all are taken; may be late to hear of what another thread took. */
  boolean isEmpty() {
    return claimed.getPlain() >= size;
  }

  /** How many are not taken yet. */
  int left() {
    return Math.max(0, size - claimed.get());
  }

  /** Its array, to be filled again: for its reader, when all are taken. */
  @Nullable Result<T>[] spent() {
    return items;
  }
}
