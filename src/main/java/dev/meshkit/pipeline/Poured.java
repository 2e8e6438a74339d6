package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.util.List;

/**
 * What became of a stream that was put into an inlet.
 *
 * @param delivered how many elements and errors it took
 * @param undelivered what was pulled and did not fit
 * @param <T> an element
 */
public record Poured<T>(long delivered, List<Result<T>> undelivered) {
  /** Copies the list. */
  public Poured {
    undelivered = List.copyOf(undelivered);
  }
}
