package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Reads one source of a merge into its own line, until it ends, breaks, or is interrupted. */
final class Feeder<T> implements Callable<Boolean> {
  private static final Duration A_DAY = Duration.ofDays(1);

  private final Source<T> source;
  private final Inlet<T> line;
  private List<Result<T>> hand = List.of(); // the feeder's; read when it has ended
  private boolean ended; // likewise

  Feeder(Source<T> source, Inlet<T> line) {
    this.source = source;
    this.line = line;
  }

  Inlet<T> line() {
    return line;
  }

  /** Whether the source has nothing more. */
  boolean isEnded() {
    return ended;
  }

  /** What was taken and not handed over, in order; nothing more goes through. */
  List<Result<T>> left() {
    var left = new ArrayList<>(line.takeBack());
    left.addAll(hand);
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
    } catch (InterruptedException _) {
      // the merge is over: what is in the hand is told
    }
    line.close();
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
