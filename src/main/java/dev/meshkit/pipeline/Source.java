package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A live flow, read by one thread.
 *
 * <ul>
 *   <li><b>Who waits</b>: its one reader, at most as long as it says; ZERO is not at all.
 *   <li><b>At the bound</b>: as what stands behind it says: an inlet's capacity, a ticker's one
 *       tick.
 *   <li><b>Cancelled</b>: interrupted, nothing was taken.
 *   <li><b>Lost</b>: what still waits when the reader closes it, unless what stands behind it says
 *       otherwise: an inlet still delivers it.
 * </ul>
 *
 * @param <T> an element
 */
public interface Source<T> extends AutoCloseable {
  /** The next element, if one comes within {@code wait}. Interrupted, nothing was taken. */
  Next<T> take(Duration wait) throws InterruptedException;

  /** Ends it: nothing is added any more; what waits may be lost, or still be taken. Idempotent. */
  @Override
  void close();

  /**
   * What a take came to.
   *
   * @param <T> an element
   */
  sealed interface Next<T> {
    /**
     * An element, or an error in its place.
     *
     * @param result which
     */
    record Got<T>(Result<T> result) implements Next<T> {}

    /** Nothing came in time. */
    record Nothing<T>() implements Next<T> {}

    /** There will be nothing more. */
    record Ended<T>() implements Next<T> {}
  }

  /** Takes one more, blocking at most {@code wait}. */
  @FunctionalInterface
  interface Pull<T> {
    /** The next, if it comes in time. */
    Next<T> next(Duration wait) throws InterruptedException;
  }

  /** A flow that asks for each element. */
  static <T> Source<T> pull(Pull<T> pull) {
    return new PullSource<>(pull);
  }

  /** The elements of something finite, ready at once. */
  static <T> Source<T> of(Iterable<T> elements) {
    Iterator<T> left = elements.iterator();
    return pull(_ -> left.hasNext() ? new Next.Got<>(Result.ok(left.next())) : new Next.Ended<>());
  }

  /**
   * The flow as a blocking, sequential stream. Interrupted, it yields one {@code Err(Canceled)},
   * ends, and leaves the interrupt set: an interrupted stream never passes for a whole one. Closing
   * the stream closes the source.
   */
  default Stream<Result<T>> stream() {
    return StreamSupport.stream(new SourceElements<>(this), false).onClose(this::close);
  }
}
