package dev.meshkit.link;

import dev.meshkit.transport.RoadKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The road to a peer, as operators see it.
 *
 * @param live what carries the Stream, whoever dialled; empty if there is none
 * @param roundTrip as last measured by whoever dialled; empty if nobody has
 * @param history the latest changes, oldest first
 * @param code why there is no road, as an MK code; empty if there is one, or nobody knows
 */
public record PeerRoad(
    Optional<RoadKind> live, Optional<Duration> roundTrip, List<RoadChange> history, String code) {
  /** Copies the list. */
  public PeerRoad {
    history = List.copyOf(history);
    code = live.isPresent() ? "" : code;
  }

  /** Whether an identity was refused, and nothing has come of it since. */
  public boolean isBlocked() {
    return live.isEmpty()
        && !history.isEmpty()
        && history.getLast().to().equals(RoadHistory.BLOCKED);
  }
}
