package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.util.List;

/**
 * What a merge came to.
 *
 * @param end why it ended
 * @param delivered how many elements and errors the sink took
 * @param undelivered what was taken from a source and not handed over, in order within each source
 * @param <T> an element
 */
public record Merged<T>(End end, long delivered, List<Result<T>> undelivered) {
  /** Why a merge ends. */
  public enum End {
    /** Every source has ended, and all was delivered. */
    SOURCES_ENDED,
    /** The sink takes nothing any more. */
    SINK_CLOSED,
    /** The caller was interrupted. */
    INTERRUPTED
  }

  /** Copies the list. */
  public Merged {
    undelivered = List.copyOf(undelivered);
  }
}
