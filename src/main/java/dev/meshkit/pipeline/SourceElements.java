package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;

/** The elements of a source as a stream pulls them: one at a time, blocking. */
final class SourceElements<T> extends Spliterators.AbstractSpliterator<Result<T>> {
  private static final Duration A_DAY = Duration.ofDays(1);

  private final Source<T> source;
  private boolean ended;

  SourceElements(Source<T> source) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    this.source = source;
  }

  @Override
  public boolean tryAdvance(Consumer<? super Result<T>> each) {
    while (!ended) {
      switch (next()) {
        case Source.Next.Got<T>(var result) -> {
          each.accept(result);
          return true;
        }
        case Source.Next.Ended<T> _ -> ended = true;
        case Source.Next.Nothing<T> _ -> {
          // a day without an element: on with waiting
        }
      }
    }
    return false;
  }

  @Override
  public java.util.@org.jspecify.annotations.Nullable Spliterator<Result<T>> trySplit() {
    return null; // a flow has one reader
  }

  private Source.Next<T> next() {
    try {
      return source.take(A_DAY);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      ended = true;
      return new Source.Next.Got<>(Result.err(new MeshError.Canceled("reading a source")));
    }
  }
}
