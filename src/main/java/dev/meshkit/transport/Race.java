package dev.meshkit.transport;

import dev.meshkit.runtime.Tally;
import java.util.Optional;

/**
 * The race of the permitted roads, folded: decided by the first usable road, by a refusal of
 * identity, which no other road could mend, or when nobody is left.
 *
 * @param running attempts that have not ended
 * @param winner the usable road
 * @param failure the failure to report: the first, unless a later one is of identity
 */
record Race(int running, Optional<Road> winner, Optional<RoadFailure> failure)
    implements Tally<Race.Attempt, Race> {
  /** A race of {@code running} attempts. */
  static Race of(int running) {
    return new Race(running, Optional.empty(), Optional.empty());
  }

  /** How one attempt ended. */
  sealed interface Attempt {
    /**
     * Usable.
     *
     * @param road checked
     */
    record Won(Road road) implements Attempt {}

    /**
     * Not usable.
     *
     * @param failure why
     */
    record Lost(RoadFailure failure) implements Attempt {}
  }

  @Override
  public Race with(Attempt attempt) {
    return switch (attempt) {
      case Attempt.Won(var road) ->
          new Race(running - 1, winner.or(() -> Optional.of(road)), failure);
      case Attempt.Lost(var lost) ->
          new Race(running - 1, winner, isBlocked() ? failure : failure(lost));
    };
  }

  @Override
  public Race without(Throwable thrown) {
    var lost =
        new RoadFailure(RoadFailure.Kind.LOST, "MK-TLS-018", "the dial itself failed: " + thrown);
    return with(new Attempt.Lost(lost));
  }

  @Override
  public boolean decided() {
    return winner.isPresent() || isBlocked() || running == 0;
  }

  /** Whether an identity was refused. */
  boolean isBlocked() {
    return failure.filter(RoadFailure::isOfIdentity).isPresent();
  }

  private Optional<RoadFailure> failure(RoadFailure lost) {
    var first = failure.isEmpty() || lost.isOfIdentity();
    return first ? Optional.of(lost) : failure;
  }
}
