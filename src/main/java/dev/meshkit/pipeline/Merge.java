package dev.meshkit.pipeline;

import java.util.Collections;
import java.util.List;

/**
 * Several flows into one inlet: order is kept within each; among those that have something the
 * strategy picks, and nobody waits for one that has nothing. A source that breaks gives one {@code
 * Err(error.source)} in its place and ends; the others go on.
 *
 * <p>One virtual thread reads each source, one element ahead of what the strategy picks and one in
 * its hand. It ends with {@link #into}. A full sink blocks the merge, hence in the end the sources.
 *
 * <ul>
 *   <li><b>Who waits</b>: the caller, until all has ended; its feeders, for their sources and for
 *       room.
 *   <li><b>At the bound</b>: a full sink makes the merge wait and, an element further on each line,
 *       its sources. The 65th source is refused with an {@link IllegalStateException}.
 *   <li><b>Cancelled</b>: interrupted, or its sink closed, every feeder is interrupted and awaited;
 *       the interrupt stays set.
 *   <li><b>Lost</b>: nothing: what was taken and not handed over is in {@link Merged#undelivered};
 *       unless a source throws an {@link Error}, which is a bug, ends the merge and comes out.
 * </ul>
 *
 * @param <T> an element
 */
public final class Merge<T> {
  private final List<Source<T>> sources;
  private final List<Integer> numbers;
  private final Turns turns;
  private final boolean closing;
  private final int ahead;

  private Merge(
      List<Source<T>> sources, List<Integer> numbers, Turns turns, boolean closing, int ahead) {
    if (numbers.size() != sources.size()) {
      throw new IllegalArgumentException(numbers.size() + " numbers, " + sources.size() + " flows");
    }
    this.sources = List.copyOf(sources);
    this.numbers = List.copyOf(numbers);
    this.turns = turns;
    if (ahead < 1)
      throw new IllegalArgumentException("a source is read at least 1 ahead: " + ahead);
    this.closing = closing;
    this.ahead = ahead;
    numbers.forEach(turns::add);
  }

  /** Each in turn. */
  @SafeVarargs
  @SuppressWarnings("varargs") // copied at once
  public static <T> Merge<T> roundRobin(Source<T>... sources) {
    return priority(List.of(sources), Collections.nCopies(sources.length, 1));
  }

  /**
   * So often each, per round, while all have something: 3 and 1 are three to one. Weights are 1 to
   * 1,000,000.
   */
  public static <T> Merge<T> weighted(List<Source<T>> sources, List<Integer> weights) {
    return new Merge<>(sources, weights, Turns.byWeight(), false, 1);
  }

  /** The first that has something goes first, but nobody who has is passed over 64 times. */
  @SafeVarargs
  @SuppressWarnings("varargs") // copied at once
  public static <T> Merge<T> priority(Source<T>... sources) {
    var order = java.util.stream.IntStream.range(0, sources.length).boxed().toList();
    return priority(List.of(sources), order);
  }

  private static <T> Merge<T> priority(List<Source<T>> sources, List<Integer> priorities) {
    return new Merge<>(sources, priorities, Turns.byPriority(), false, 1);
  }

  /** This, but the sink is closed when all sources have ended; otherwise it stays open. */
  public Merge<T> thenClose() {
    return new Merge<>(sources, numbers, turns.fresh(), true, ahead);
  }

  /**
   * This, but each source is read up to {@code elements} ahead of what the strategy picks, instead
   * of one: fewer threads are woken for as many elements, and as many more are held in memory.
   */
  public Merge<T> ahead(int elements) {
    return new Merge<>(sources, numbers, turns.fresh(), closing, elements);
  }

  /**
   * Runs until every source has ended, the sink is closed, or the caller is interrupted; then the
   * interrupt stays set. What was taken from a source and not handed over is in the answer. The
   * sources stay open. Once only.
   */
  public Merged<T> into(Inlet<T> sink) {
    var merged = new Merging<>(sources, ahead, turns, sink).run();
    if (closing && merged.end() == Merged.End.SOURCES_ENDED) sink.close();
    return merged;
  }
}
