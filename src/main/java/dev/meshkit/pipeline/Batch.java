package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Gatherer;

/** The open window of {@link Results#window}: handed on when full, before an error, at the end. */
final class Batch<T> {
  /**
   * Room that is made before anything is there; a window may be meant to be huge and stay small.
   */
  private static final int MOST_AT_FIRST = 64;

  private final int size;
  private List<T> open;

  Batch(int size) {
    this.size = size;
    this.open = fresh();
  }

  /** Takes one more; false when downstream wants no more. */
  boolean add(Result<T> one, Gatherer.Downstream<? super Result<List<T>>> out) {
    if (!(one instanceof Result.Ok<T> ok)) return handOn(out) && out.push(one.cast());
    open.add(ok.value());
    return open.size() < size || handOn(out);
  }

  /** Hands on what is left. */
  void flush(Gatherer.Downstream<? super Result<List<T>>> out) {
    handOn(out);
  }

  /** The list is the reader's from then on, and read-only. */
  private boolean handOn(Gatherer.Downstream<? super Result<List<T>>> out) {
    if (open.isEmpty()) return true;
    var full = Collections.unmodifiableList(open);
    open = fresh();
    return out.push(Result.ok(full));
  }

  private List<T> fresh() {
    return new ArrayList<>(Math.min(size, MOST_AT_FIRST));
  }
}
