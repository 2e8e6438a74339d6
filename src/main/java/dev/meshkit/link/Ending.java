package dev.meshkit.link;

import dev.meshkit.runtime.Tally;
import java.util.Optional;

/**
 * Reader and writer of a stream, folded: whichever ends first, well or badly, decides.
 *
 * @param how it ended; empty while both run
 * @param failure what was thrown, if something was
 */
record Ending(Optional<How> how, Optional<Throwable> failure) implements Tally<Ending.How, Ending> {
  /** Both run. */
  static final Ending NONE = new Ending(Optional.empty(), Optional.empty());

  /** Why a stream's threads ended. */
  enum How {
    /** We closed it, and all that waited was sent. */
    DRAINED,
    /** The far side ended it, or the road did. */
    ENDED,
    /** Nothing came for too long. */
    SILENT,
    /** Reader or writer threw: a bug of ours. */
    FAILED
  }

  @Override
  public Ending with(How reply) {
    return how.isPresent() ? this : new Ending(Optional.of(reply), failure);
  }

  @Override
  public Ending without(Throwable thrown) {
    return how.isPresent() ? this : new Ending(Optional.of(How.FAILED), Optional.of(thrown));
  }

  @Override
  public boolean decided() {
    return how.isPresent();
  }
}
