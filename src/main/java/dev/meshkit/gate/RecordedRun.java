package dev.meshkit.gate;

import dev.meshkit.store.Reading;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A run as operators see it.
 *
 * @param name which
 * @param subject whom it is about
 * @param epoch of its change, in which it began
 * @param state {@code OPEN}, {@code DONE}, {@code FAILED}, {@code PARKED} or {@code ABANDONED}
 * @param forgotten whether what it did was removed and only its name is kept
 * @param build that began it
 * @param began when, by the wall clock
 * @param ended likewise; empty while it is not over
 */
public record RecordedRun(
    RecordedEffect.Name name,
    String subject,
    long epoch,
    String state,
    boolean forgotten,
    String build,
    Instant began,
    Optional<Instant> ended) {
  private static final String COLUMNS =
      """
      SELECT change_id, version, run_key, subject, epoch, st, gone, build, began_wall, ended_wall
      FROM run""";
  static final String NEWEST = COLUMNS + " ORDER BY rid DESC LIMIT ?";
  static final String UNFINISHED = COLUMNS + " WHERE st IN (0, 3) LIMIT ?";

  /** The newest runs, or those that are not over, at most {@code limit}. */
  @SuppressWarnings("exports") // Reading is for MeshKit's own packages
  public static List<RecordedRun> newest(Reading reading, boolean unfinished, int limit) {
    return reading.query(unfinished ? UNFINISHED : NEWEST, RecordedRun::of, limit);
  }

  private static RecordedRun of(ResultSet row) throws SQLException {
    var endedMs = row.getLong("ended_wall");
    return new RecordedRun(
        new RecordedEffect.Name(
            row.getString("change_id"), row.getInt("version"), row.getString("run_key")),
        row.getString("subject"),
        row.getLong("epoch"),
        RunState.of(row.getInt("st")).name(),
        row.getInt("gone") == 1,
        row.getString("build"),
        Instant.ofEpochMilli(row.getLong("began_wall")),
        endedMs > 0 ? Optional.of(Instant.ofEpochMilli(endedMs)) : Optional.empty());
  }
}
