package dev.meshkit.gate;

import dev.meshkit.api.NodeId;
import java.time.Instant;
import java.util.Map;

/**
 * What a leader has heard from one alive member about one change. Times are of the leader's
 * monotonic clock.
 *
 * @param node who
 * @param support what its build runs; {@link Support#NONE} if it does not know the change
 * @param since from when on this leader has heard its reports
 * @param inUse by version, when it last reported an open run, an open effect or a link in use
 */
public record MemberReport(
    NodeId node, Support support, Instant since, Map<Integer, Instant> inUse) {
  /** Copies the times. */
  public MemberReport {
    inUse = Map.copyOf(inUse);
  }

  /** When it last used anything below a version; {@link Instant#MIN} if never. */
  Instant lastBelow(int version) {
    return inUse.entrySet().stream()
        .filter(use -> use.getKey() < version)
        .map(Map.Entry::getValue)
        .max(Instant::compareTo)
        .orElse(Instant.MIN);
  }
}
