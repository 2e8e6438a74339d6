package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Shows the elements of a stream one by one, until one look is enough. The stream pushes and is
 * told at once when that was the last: an iterator that is left behind would leave behind what the
 * stream has begun.
 */
final class Pulling {
  private Pulling() {}

  /** A look at one element; false: that was enough. */
  @FunctionalInterface
  interface Look<T> {
    /** Looks. */
    boolean goesOn(Result<T> one) throws InterruptedException;
  }

  /**
   * Shows each until one is enough, and closes the stream; true if none was. Whatever it ends by,
   * the calls that the stream had in flight have ended.
   */
  static <T> boolean all(Stream<Result<T>> stream, Look<T> look) throws InterruptedException {
    var cancelled = new ArrayList<InterruptedException>(1);
    try (stream) {
      var all =
          Flights.within(() -> stream.sequential().allMatch(one -> look(look, one, cancelled)));
      if (!cancelled.isEmpty()) throw cancelled.getFirst();
      return all;
    }
  }

  /** A stream's functions cannot throw what is checked: it is carried past the stream. */
  private static <T> boolean look(
      Look<T> look, Result<T> one, List<InterruptedException> cancelled) {
    try {
      return look.goesOn(one);
    } catch (InterruptedException interrupted) {
      cancelled.add(interrupted);
      return false;
    }
  }
}
