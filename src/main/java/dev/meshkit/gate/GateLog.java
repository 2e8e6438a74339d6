package dev.meshkit.gate;

import dev.meshkit.store.Reading;
import java.time.Instant;
import java.util.Optional;

/**
 * The last time a node adopted something else of a change.
 *
 * @param actor who had changed the record
 * @param reason why
 * @param wall when this node took it over
 */
public record GateLog(String actor, String reason, Instant wall) {
  static final String LAST =
      "SELECT actor, reason, wall FROM gate_log WHERE change_id = ? ORDER BY id DESC LIMIT 1";

  /** Of one change; empty if it has never been another here. */
  @SuppressWarnings("exports") // Reading is for MeshKit's own packages
  public static Optional<GateLog> last(Reading reading, String change) {
    return reading
        .query(
            LAST,
            row ->
                new GateLog(
                    row.getString(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3))),
            change)
        .stream()
        .findFirst();
  }
}
