package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Groups a flow into lists: full at a size, or when the first element of the window is old enough,
 * so that a trickle cannot postpone it; the remainder at the end. An error flushes what came before
 * it and then stands in its own place. Confined to its reader's thread; starts no thread.
 *
 * <ul>
 *   <li><b>Who waits</b>: its reader, at most as long as it says; a window is held back for {@code
 *       maxAge} at most.
 *   <li><b>At the bound</b>: a window that has {@code size} elements is handed on.
 *   <li><b>Cancelled</b>: interrupted, the open window stays for the next take; a {@link #stream}
 *       ends by it, so who wants the rest keeps this source and takes it from there.
 *   <li><b>Lost</b>: the open window, when its reader closes it before the end.
 * </ul>
 *
 * @param <T> an element
 */
public final class Window<T> implements Source<List<T>> {
  private final Source<T> source;
  private final int size;
  private final Duration maxAge;
  private final InstantSource monotonic;
  private List<T> open = new ArrayList<>();
  private Instant closes = Instant.MAX;
  private Optional<MeshError> held = Optional.empty();

  private Window(Source<T> source, int size, Duration maxAge, InstantSource monotonic) {
    if (size < 1 || !maxAge.isPositive()) {
      throw new IllegalArgumentException("want size >= 1 and maxAge > 0");
    }
    this.source = source;
    this.size = size;
    this.maxAge = maxAge;
    this.monotonic = monotonic;
  }

  /** Windows of at most {@code size} elements, none held back longer than {@code maxAge}. */
  public static <T> Source<List<T>> of(Source<T> source, int size, Duration maxAge) {
    return of(source, size, maxAge, Timing.system().monotonic());
  }

  /** The same by a given clock. */
  public static <T> Source<List<T>> of(
      Source<T> source, int size, Duration maxAge, InstantSource monotonic) {
    return new Window<>(source, size, maxAge, monotonic);
  }

  @Override
  public Next<List<T>> take(Duration wait) throws InterruptedException {
    if (held.isPresent()) return failed(held.get());
    var until = Timing.after(monotonic.instant(), wait);
    while (true) {
      var now = monotonic.instant();
      if (!open.isEmpty() && !now.isBefore(closes)) return flush();
      var next = source.take(shorter(now, until));
      switch (next) {
        case Next.Got<T>(Result.Ok<T>(var element)) -> {
          add(element);
          if (open.size() >= size) return flush();
        }
        case Next.Got<T>(Result.Err<T>(var error)) -> {
          if (open.isEmpty()) return failed(error);
          held = Optional.of(error);
          return flush();
        }
        case Next.Ended<T> _ -> {
          return open.isEmpty() ? new Next.Ended<>() : flush();
        }
        case Next.Nothing<T> _ -> {
          if (!monotonic.instant().isBefore(until) && monotonic.instant().isBefore(closes)) {
            return new Next.Nothing<>();
          }
        }
      }
    }
  }

  @Override
  public void close() {
    source.close();
  }

  private void add(T element) {
    if (open.isEmpty()) closes = Timing.after(monotonic.instant(), maxAge);
    open.add(element);
  }

  private Duration shorter(Instant now, Instant until) {
    var first = closes.isBefore(until) ? closes : until;
    if (first.equals(Instant.MAX)) return ChronoUnit.FOREVER.getDuration();
    var least = Duration.between(now, first);
    return least.isNegative() ? Duration.ZERO : least;
  }

  private Next<List<T>> flush() {
    var full = List.copyOf(open);
    open = new ArrayList<>();
    closes = Instant.MAX;
    return new Next.Got<>(Result.ok(full));
  }

  private Next<List<T>> failed(MeshError error) {
    held = Optional.empty();
    return new Next.Got<>(Result.err(error));
  }
}
