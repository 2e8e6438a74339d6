package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.util.List;

/**
 * What a broadcast came to.
 *
 * @param end why it ended
 * @param fates of each outlet, the parking ones last
 * @param <T> an element
 */
public record Broadcasted<T>(End end, List<Fate<T>> fates) {
  /** Why a broadcast ends. */
  public enum End {
    /** The source has ended; every live outlet has everything. */
    SOURCE_ENDED,
    /** Every outlet is closed or detached. */
    NO_OUTLETS,
    /** The caller was interrupted. */
    INTERRUPTED
  }

  /** How an outlet is. */
  public enum State {
    /** It takes part. */
    LIVE,
    /** Its reader closed it. */
    CLOSED,
    /** It was too slow. */
    DETACHED
  }

  /**
   * What became of one outlet.
   *
   * @param name of its inlet
   * @param state how it is
   * @param given how many elements it was given
   * @param dropped how many of those, or beside those, were given up by its rule
   * @param owed what it was to be given when the caller was interrupted
   * @param <T> an element
   */
  public record Fate<T>(String name, State state, long given, long dropped, List<Result<T>> owed) {
    /** Copies the list. */
    public Fate {
      owed = List.copyOf(owed);
    }
  }

  /** Copies the list. */
  public Broadcasted {
    fates = List.copyOf(fates);
  }
}
