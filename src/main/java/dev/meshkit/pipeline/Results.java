package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collector;
import java.util.stream.Gatherer;
import java.util.stream.Stream;

/**
 * What a stream of {@code Result} needs beside what {@link Stream} has: gatherers, collectors and
 * endings that know Ok from Err. All are sequential. The stream is pulled on the caller's thread.
 *
 * <ul>
 *   <li><b>Who waits</b>: the thread that ends the stream, for its source and for what it calls.
 *   <li><b>At the bound</b>: nothing is kept but a window's elements, {@code n} calls in flight,
 *       and what a collector was asked to collect; of errors {@link #collect} and {@link
 *       #aggregate} keep 64, {@link #partition} all.
 *   <li><b>Cancelled</b>: {@link #forEach} and {@link #forEachSettled} throw {@link
 *       InterruptedException} out of the handler; a blocking source gives one {@code Err(Canceled)}
 *       and ends; {@link #mapConcurrent} interrupts and awaits its calls.
 *   <li><b>Lost</b>: what comes after an Err that ends a stream was not pulled; errors past the
 *       64th are only not listed.
 * </ul>
 */
public final class Results {
  private Results() {}

  /** Where a counting tap counts: an application's own meters. */
  @FunctionalInterface
  public interface Counts {
    /** Counts one element of {@code stream}; {@code outcome} is OK or ERR. */
    void count(String stream, String outcome);
  }

  /** Handles one element. */
  @FunctionalInterface
  public interface Each<T> {
    /** Does it; an Err is its failure. */
    Result<?> handle(T element) throws InterruptedException;
  }

  /** Handles one element that leaves something to undo. */
  @FunctionalInterface
  public interface EachUndoable<T> {
    /** Does it within a scope of the element's own. */
    Result<?> handle(T element, Compensation undo) throws InterruptedException;
  }

  /** Ok mapped; the first Err passes and ends the stream: nothing more is pulled. */
  public static <T, R> Gatherer<Result<T>, ?, Result<R>> map(Function<? super T, ? extends R> f) {
    return Stages.map(f, true);
  }

  /** Ok mapped to a stream of its own; the first Err, also in there, passes and ends the stream. */
  public static <T, R> Gatherer<Result<T>, ?, Result<R>> flatMap(
      Function<? super T, Stream<Result<R>>> f) {
    return Gatherer.ofSequential(
        (_, one, out) ->
            switch (one) {
              case Result.Ok<T>(var value) -> pushAll(f.apply(value), out);
              case Result.Err<T>(var error) -> last(out, error);
            });
  }

  /** Ok mapped; an Err passes and the stream goes on. */
  public static <T, R> Gatherer<Result<T>, ?, Result<R>> mapEach(
      Function<? super T, ? extends R> f) {
    return Stages.map(f, false);
  }

  /**
   * Ok through {@code f}, at most {@code n} at once on virtual threads, in the stream's order; the
   * first Err of that order passes, interrupts and awaits the rest, and ends the stream; after one
   * that came from upstream nothing is pulled. So does a downstream that wants no more.
   * Interrupted, the caller gets one {@code Err(Canceled)} and keeps the interrupt. If what is
   * upstream throws, those in flight are ended as well by {@link #forEach}, {@link
   * #forEachSettled}, {@link #into} and {@link #flatMap}; the JDK's own endings do not tell, and
   * they run to their own end. Nor does an iterator that is not used up.
   *
   * <p>A call's thread has the caller's {@link Deadline}, and no other scoped value. What has ended
   * is handed on when the next element comes, or the end: from a source that may be quiet for long
   * a finished result waits as long.
   */
  public static <T, R> Gatherer<Result<T>, ?, Result<R>> mapConcurrent(
      int n, Cases.On<? super T, R> f) {
    if (n < 1) throw new IllegalArgumentException("at least one must run at once: " + n);
    return Gatherer.<Result<T>, InFlight<R>, Result<R>>ofSequential(
        () -> new InFlight<>(n),
        (flight, one, out) ->
            switch (one) {
              case Result.Ok<T>(var value) -> flight.start(() -> f.handle(value), out);
              case Result.Err<T>(var error) -> flight.last(error, out);
            },
        InFlight::drain);
  }

  /** Ok that {@code p} refuses is left out; Err passes. */
  public static <T> Gatherer<Result<T>, ?, Result<T>> filter(Predicate<? super T> p) {
    return Stages.filter(p);
  }

  /** Shows each value; a look that throws is an event, and the element goes on. */
  public static <T> Gatherer<Result<T>, ?, Result<T>> tapOk(Consumer<? super T> see) {
    return Stages.tap("tapOk", see, _ -> {});
  }

  /** Shows each error; a look that throws is an event, and the element goes on. */
  public static <T> Gatherer<Result<T>, ?, Result<T>> tapErr(Consumer<MeshError> see) {
    return Stages.tap("tapErr", _ -> {}, see);
  }

  /** Counts elements by outcome under this name. */
  public static <T> Gatherer<Result<T>, ?, Result<T>> count(Counts counts, String stream) {
    return Stages.tap("count", _ -> counts.count(stream, "OK"), _ -> counts.count(stream, "ERR"));
  }

  /** Lists of {@code n}, the remainder at the end; an Err flushes, then stands in its place. */
  public static <T> Gatherer<Result<T>, ?, Result<List<T>>> window(int n) {
    if (n < 1) throw new IllegalArgumentException("a window holds at least 1: " + n);
    return Gatherer.<Result<T>, Batch<T>, Result<List<T>>>ofSequential(
        () -> new Batch<>(n), Gatherer.Integrator.ofGreedy(Batch::add), Batch::flush);
  }

  /** Ok of all values, or Err: itself, several as one {@link MeshError.Aggregate} of 64 at most. */
  public static <T> Collector<Result<T>, ?, Result<List<T>>> collect() {
    return Collecting.<T, Result<List<T>>>into(seen -> seen.orErrors(List.copyOf(seen.values())));
  }

  /**
   * Ok of how many, or the first Err. A collector sees the whole stream, also what comes after the
   * first Err; to pull no more, end it by {@link #forEach} or put {@link #map} before this.
   */
  public static <T> Collector<Result<T>, ?, Result<Long>> failFast() {
    return Collecting.<T, Result<Long>>counting(
        seen -> seen.first().<Result<Long>>map(Result::err).orElse(Result.ok(seen.oks())));
  }

  /** Ok of how many, or all Errs: itself, several as one {@link MeshError.Aggregate}. */
  public static <T> Collector<Result<T>, ?, Result<Long>> aggregate() {
    return Collecting.<T, Result<Long>>counting(seen -> seen.orErrors(seen.oks()));
  }

  /** Ok of how many; never an Err. */
  public static <T> Collector<Result<T>, ?, Result<Long>> ignore() {
    return Collecting.<T, Result<Long>>counting(seen -> Result.ok(seen.oks()));
  }

  /** Values that {@code p} takes, those it does not, and errors, apart. */
  public static <T> Collector<Result<T>, ?, Partition<T>> partition(Predicate<? super T> p) {
    return Partition.by(p);
  }

  /** Handles values until the first Err, of an element or of {@code f}; else Ok of how many. */
  public static <T> Result<Long> forEach(Stream<Result<T>> stream, Each<? super T> f)
      throws InterruptedException {
    var handled = new Handled<T>(f);
    Pulling.all(stream, handled);
    return handled.outcome();
  }

  /**
   * Handles every element, though some fail; each in a scope of its own, which is kept if it
   * succeeds and undone if it does not, before the next begins.
   */
  public static <T> Settled forEachSettled(Stream<Result<T>> stream, EachUndoable<? super T> f)
      throws InterruptedException {
    var settled = new EachSettled<T>(f);
    Pulling.all(stream, settled);
    return settled.outcome();
  }

  /**
   * Puts every element and error into an inlet, waiting for room; leaves it open. What did not fit,
   * because it was closed or the caller interrupted, comes back; then the interrupt stays set.
   */
  public static <T> Poured<T> into(Stream<Result<T>> stream, Inlet<T> inlet) {
    var delivered = new Delivered<T>(inlet);
    try {
      Pulling.all(stream, delivered);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return delivered.outcome();
  }

  private static <R> boolean last(Gatherer.Downstream<? super Result<R>> out, MeshError error) {
    out.push(Result.err(error));
    return false;
  }

  private static <R> boolean pushAll(
      Stream<Result<R>> inner, Gatherer.Downstream<? super Result<R>> out) {
    try (inner) {
      return Flights.within(() -> inner.sequential().allMatch(one -> out.push(one) && one.isOk()));
    }
  }
}
