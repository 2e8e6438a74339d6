package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Reads one source of a merge into its own line, until it ends, breaks, or is interrupted.
 *
 * <p>Interrupted, it cannot tell whether the merge is over or the source said so by itself. It
 * takes the latter for true; {@link #left} is told the truth.
 */
final class Feeder<T> implements Callable<Boolean> {
  private static final Duration A_DAY = Duration.ofDays(1);

  private final Source<T> source;
  private final Inlet<T> line;
  private List<Result<T>> hand = List.of(); // the feeder's; read when it has ended
  private boolean ended; // likewise
  private Optional<MeshError> cut = Optional.empty(); // likewise

  Feeder(Source<T> source, Inlet<T> line) {
    this.source = source;
    this.line = line;
  }

  Inlet<T> line() {
    return line;
  }

  /** Whether the source has nothing more. */
  boolean isEnded(boolean over) {
    return ended || (cut.isPresent() && !over);
  }

  /**
   * What was taken and not handed over, after these, in order; nothing more goes through. {@code
   * over}: the merge was, so it was for that that it was interrupted.
   */
  List<Result<T>> left(List<Result<T>> picked, boolean over) {
    var left = new ArrayList<>(picked);
    left.addAll(line.takeBack());
    left.addAll(hand);
    if (over) cut.<Result<T>>map(Result::err).ifPresent(left::remove);
    return left;
  }

  /** False: the end of one source does not end the merge. */
  @Override
  public Boolean call() {
    try {
      while (!ended) {
        take();
        if (!hand.isEmpty()) line.deliver(hand.getFirst());
        hand = List.of();
      }
      line.close();
    } catch (InterruptedException interrupted) {
      var error = new SourceBroken(interrupted).error();
      cut = Optional.of(error);
      line.fail(error);
    }
    return false;
  }

  private void take() throws InterruptedException {
    try {
      switch (source.take(A_DAY)) {
        case Source.Next.Got<T>(var one) -> hand = List.of(one);
        case Source.Next.Nothing<T> _ -> hand = List.of();
        case Source.Next.Ended<T> _ -> ended = true;
      }
    } catch (RuntimeException broken) {
      hand = List.of(Result.err(new SourceBroken(broken).error()));
      ended = true;
    }
  }
}
