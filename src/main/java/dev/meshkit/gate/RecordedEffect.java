package dev.meshkit.gate;

import dev.meshkit.store.Reading;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An effect as operators see it.
 *
 * @param run its run's
 * @param n its place in its strand; 0 of a keyed one
 * @param step which step
 * @param occurrence which repeat of it
 * @param mode {@code value}, {@code local-tx}, {@code idempotent} or {@code at-most-once}
 * @param state {@code intent}, {@code ok}, {@code failed} or {@code in-doubt}
 * @param token its name to the outside, in hexadecimal; empty of a value that has none
 * @param tries calls that were made and are over, or nobody knows of
 * @param type the logical type with its schema version
 * @param wall when it was last written
 * @param error what went wrong: code, tried, why, fix and retry, a line each; else empty
 */
public record RecordedEffect(
    Name run,
    int n,
    String step,
    int occurrence,
    String mode,
    String state,
    String token,
    int tries,
    String type,
    Instant wall,
    String error) {
  private static final String COLUMNS =
      """
      SELECT r.change_id, r.version, r.run_key, e.rid, e.n, e.step, e.occ, e.mode, e.st,
        coalesce(lower(hex(e.token)), '') AS token, e.tries, e.type || '@' || e.schema AS type, e.wall, CAST(e.error AS TEXT) AS error
      FROM effect e JOIN run r ON r.rid = e.rid""";
  private static final String VALUES =
      """
      SELECT r.change_id, r.version, r.run_key, r.rid, v.place >> 14 & 16383, substr(v.what, 1, instr(v.what, ' ') - 1),
        v.place & 16383, 0, 1, '', 0, substr(v.what, instr(v.what, ' ') + 1), (v.seal >> 32 & 4294967295) * 1000, ''
      FROM\s""";
  static final String NEWEST =
      "SELECT * FROM ("
          + COLUMNS
          + " ORDER BY e.rowid DESC LIMIT ?1) UNION ALL SELECT * FROM ("
          + VALUES
          + "effect_value v JOIN run r ON r.rid = v.place >> 28 ORDER BY v.id DESC LIMIT ?1)"
          + " ORDER BY wall DESC LIMIT ?1";
  static final String DOUBTFUL = COLUMNS + " WHERE e.st IN (0, 3) AND e.st = 3 LIMIT ?";
  static final String DOUBT =
      COLUMNS
          + " WHERE e.rid = ? AND e.step = ? AND e.occ = ? AND e.token IS NOT NULL AND e.st = 3";
  static final String OF_RUN =
      COLUMNS
          + " WHERE (e.rid = ?1 AND e.token IS NULL OR e.rid = ?1 AND e.token IS NOT NULL)"
          + " UNION ALL "
          + VALUES
          + """
          run r JOIN run_value l ON l.rid = r.rid CROSS JOIN json_each(l.ids) i
            CROSS JOIN effect_value v ON v.id = i.value AND v.place >> 28 = r.rid WHERE r.rid = ?1
          UNION ALL
          """
          + VALUES
          + """
          run r CROSS JOIN effect_value v ON v.id >= r.since AND v.place >> 28 = r.rid
            WHERE r.rid = ?1 AND r.since > 0
          ORDER BY 5, 6, 7 LIMIT ?2""";
  static final String ALL_OF_RUN = "SELECT count(*) FROM (" + OF_RUN + ")";
  static final String ALL_DOUBTFUL = "SELECT count(*) FROM effect WHERE st IN (0, 3) AND st = 3";
  private static final int NO_LIMIT = -1;
  private static final Pattern VERSION = Pattern.compile("::v([0-9]{1,9})::");
  private static final String[] STATES = {"intent", "ok", "failed", "in-doubt"};

  /**
   * Which run: {@code change::v2::key} as text.
   *
   * @param change its change
   * @param version what it is pinned to
   * @param key its key
   */
  public record Name(String change, int version, String key) {
    /** Every way to read a text as one: there may be several, since keys and changes are free. */
    static List<Name> read(String text) {
      var all = new ArrayList<Name>();
      var at = VERSION.matcher(text);
      for (var from = 0; at.find(from); from = at.start() + 1) {
        var isWhole = at.start() > 0 && at.end() < text.length();
        if (isWhole)
          all.add(
              new Name(
                  text.substring(0, at.start()),
                  Integer.parseInt(at.group(1)),
                  text.substring(at.end())));
      }
      return all;
    }

    @Override
    public String toString() {
      return change + "::v" + version + "::" + key;
    }
  }

  /** The newest effects, or those in doubt, at most {@code limit}. */
  @SuppressWarnings("exports") // Reading is for MeshKit's own packages
  public static List<RecordedEffect> newest(Reading reading, boolean doubtful, int limit) {
    return reading.query(doubtful ? DOUBTFUL : NEWEST, RecordedEffect::of, limit);
  }

  /** The run that a text names, if there is one. */
  @SuppressWarnings("exports") // Reading is for MeshKit's own packages
  public static Optional<Name> run(Reading reading, String text) {
    return Name.read(text).stream()
        .filter(name -> row(reading, name).filter(r -> r.version() == name.version()).isPresent())
        .findFirst();
  }

  /** All that a run has recorded, at most {@code limit}. */
  @SuppressWarnings("exports") // Reading is for MeshKit's own packages
  public static List<RecordedEffect> of(Reading reading, Name run, int limit) {
    return row(reading, run)
        .map(row -> reading.query(OF_RUN, RecordedEffect::of, row.rid(), limit))
        .orElse(List.of());
  }

  /** The effect of that name, if it is in doubt. */
  @SuppressWarnings("exports") // Reading is for MeshKit's own packages
  public static Optional<RecordedEffect> doubt(
      Reading reading, Name run, String step, int occurrence) {
    return row(reading, run)
        .flatMap(
            row ->
                reading.query(DOUBT, RecordedEffect::of, row.rid(), step, occurrence).stream()
                    .findFirst());
  }

  /** How many effects are in doubt. */
  @SuppressWarnings("exports") // Reading is for MeshKit's own packages
  public static int doubts(Reading reading) {
    return reading.query(ALL_DOUBTFUL, row -> row.getInt(1)).getFirst();
  }

  /** How many effects a run has recorded. */
  @SuppressWarnings("exports") // Reading is for MeshKit's own packages
  public static int count(Reading reading, Name run) {
    return row(reading, run)
        .map(row -> reading.query(ALL_OF_RUN, all -> all.getInt(1), row.rid(), NO_LIMIT))
        .map(List::getFirst)
        .orElse(0);
  }

  private static Optional<RunRow> row(Reading reading, Name run) {
    return reading.query(RunTable.FIND, RunTable::run, run.change(), run.key()).stream()
        .findFirst();
  }

  private static RecordedEffect of(ResultSet row) throws SQLException {
    var error = row.getString("error");
    return new RecordedEffect(
        new Name(row.getString("change_id"), row.getInt("version"), row.getString("run_key")),
        row.getInt("n"),
        row.getString("step"),
        row.getInt("occ"),
        Mode.of(row.getInt("mode")).toString(),
        STATES[row.getInt("st")],
        row.getString("token"),
        row.getInt("tries"),
        row.getString("type"),
        Instant.ofEpochMilli(row.getLong("wall")),
        error == null ? "" : error);
  }
}
