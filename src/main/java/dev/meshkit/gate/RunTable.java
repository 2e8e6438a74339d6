package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Unit;
import dev.meshkit.observe.Meters;
import dev.meshkit.store.Insert;
import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs and their effects. Each method runs in the transaction it is given. */
final class RunTable {
  static final String LEVELS =
      "SELECT sum(st = 0) AS open, sum(st = 3) AS parked FROM run WHERE st IN (0, 3)";
  private static final String COLUMNS =
      "rid, change_id, subject, run_key, version, epoch, st, gone";
  static final String FIND = "SELECT " + COLUMNS + " FROM run WHERE change_id = ? AND run_key = ?";
  static final String OPEN =
      """
      SELECT version FROM run WHERE change_id = ? AND version > ? AND st IN (0, 3)
      ORDER BY version LIMIT 1""";
  static final String UNFINISHED =
      """
      SELECT change_id, version, count(*), sum(st = 3) FROM run WHERE st IN (0, 3)
      GROUP BY change_id, version LIMIT 256""";
  static final String RID = "SELECT rid FROM run WHERE change_id = ? AND run_key = ?";
  private static final Insert BEGIN =
      Insert.of(
          """
          INSERT INTO run (rid, change_id, subject, run_key, version, epoch, st, build, began_wall,
            since) VALUES""",
          "(?, ?, ?, ?, ?, ?, 0, ?, ?, ?)");
  static final String MARK =
      "UPDATE run SET st = ?, ended_wall = ?, exp = ?, since = 0 WHERE rid = ?";
  private static final String INTO =
      """
      INSERT INTO effect (rid, step, occ, n, st, mode, input, token, boot, tries, type, schema, crc,
        value, error, wall) VALUES""";
  private static final String ALL = " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  static final String PUT =
      INTO + ALL + " ON CONFLICT (rid, step, occ) WHERE token IS NOT NULL DO NOTHING";
  private static final Insert ADD = Insert.of(INTO, ALL);

  static final String CHANGE =
      """
      UPDATE effect SET st = ?, boot = ?, tries = ?, schema = ?, crc = ?, value = ?, error = ?,
        wall = ? WHERE rid = ? AND step = ? AND occ = ? AND token IS NOT NULL AND st IN (0, 3)""";
  private static final String EFFECT =
      "SELECT step, occ, n, st, mode, input, token, boot, tries, type, schema, crc, value, error"
          + " FROM effect WHERE rid = ?";
  static final String ONE = EFFECT + " AND step = ? AND occ = ? AND token IS NOT NULL";
  static final String ONE_PLAIN = EFFECT + " AND n = ? AND token IS NULL";

  /** Rows of a page. */
  static final int PAGE_ROWS = 256;

  /** Of failures, and of values that were recorded before there was a table for them. */
  static final String PLACES = "SELECT n FROM effect WHERE rid = ? AND token IS NULL";

  static final String PAGE_PLAIN = EFFECT + " AND n > ? AND token IS NULL ORDER BY n LIMIT ?";
  static final String PAGE =
      EFFECT + " AND (step, occ) > (?, ?) AND token IS NOT NULL ORDER BY step, occ LIMIT ?";
  static final String DOUBT =
      """
      UPDATE effect SET st = 3, boot = 0, tries = tries + (st = 0)
      WHERE st IN (0, 3) AND boot > 0 AND boot < ? AND mode = 3""";
  static final String DOUBT_ONE =
      """
      UPDATE effect SET st = 3, boot = 0, tries = tries + 1
      WHERE rid = ? AND token IS NOT NULL AND st = 0 AND boot > 0 AND mode = 3""";
  static final String OVER =
      "SELECT rid, gone FROM run WHERE exp > 0 AND exp <= ? ORDER BY exp LIMIT 1";
  static final String CLEAR_PLAIN =
      """
      DELETE FROM effect WHERE rowid IN
        (SELECT rowid FROM effect WHERE rid = ? AND token IS NULL LIMIT ?)""";
  static final String CLEAR =
      """
      DELETE FROM effect WHERE rowid IN
        (SELECT rowid FROM effect WHERE rid = ? AND token IS NOT NULL LIMIT ?)""";
  static final String GONE = "UPDATE run SET gone = 1, exp = ? WHERE rid = ?";
  static final String FORGET = "DELETE FROM run WHERE rid = ?";

  private RunTable() {}

  static RunRow run(ResultSet row) throws SQLException {
    return new RunRow(
        row.getLong("rid"),
        row.getString("change_id"),
        row.getString("subject"),
        row.getString("run_key"),
        row.getInt("version"),
        row.getLong("epoch"),
        RunState.of(row.getInt("st")),
        row.getInt("gone") == 1);
  }

  /** By place, as EFFECT has them: to look for a column's name costs as much as to read it. */
  static EffectRow effect(ResultSet row) throws SQLException {
    return new EffectRow(
        row.getString(1),
        row.getInt(2),
        row.getInt(3),
        EffectState.of(row.getInt(4)),
        Mode.of(row.getInt(5)),
        bytes(row, 6),
        bytes(row, 7),
        row.getLong(8),
        row.getInt(9),
        row.getString(10),
        row.getInt(11),
        row.getInt(12),
        bytes(row, 13),
        bytes(row, 14));
  }

  private static Bytes bytes(ResultSet row, int column) throws SQLException {
    var value = row.getBytes(column);
    return value == null ? Bytes.EMPTY : Bytes.of(value);
  }

  static Optional<Long> find(StoreTx tx, String change, String key) {
    return tx.first(RID, row -> row.getLong(1), change, key);
  }

  /** That it is there already fails, so that it is looked for when this is tried again, apart. */
  static void begin(StoreTx tx, long rid, RunRow run, String build, long wallMs, long since) {
    tx.insert(
        BEGIN,
        rid,
        run.change(),
        run.subject(),
        run.key(),
        run.version(),
        run.epoch(),
        build,
        wallMs,
        since);
  }

  static void mark(StoreTx tx, long rid, RunState state, long expMs, long wallMs) {
    tx.update(MARK, state.column(), expMs > 0 ? wallMs : 0, expMs, rid);
  }

  /** Whether it is there now: what stands in its place is never written over. */
  static boolean put(StoreTx tx, long rid, EffectRow row, long wallMs) {
    return tx.update(PUT, all(rid, row, wallMs)) > 0;
  }

  private static Object[] all(long rid, EffectRow row, long wallMs) {
    return new Object[] {
      rid,
      row.step(),
      row.occ(),
      row.n(),
      row.st().column(),
      row.mode().column(),
      orNull(row.input()),
      orNull(row.token()),
      row.boot(),
      row.tries(),
      row.type(),
      row.schema(),
      row.crc(),
      row.st() == EffectState.OK ? row.value() : Unit.UNIT,
      orNull(row.error()),
      wallMs
    };
  }

  /** The same as {@link #begin} of one that is there already. */
  static void add(StoreTx tx, long rid, EffectRow row, long wallMs) {
    tx.insert(ADD, all(rid, row, wallMs));
  }

  /** Whether it changed anything: an outcome is never written over. */
  static boolean change(StoreTx tx, long rid, EffectRow row, long wallMs) {
    return tx.update(
            CHANGE,
            row.st().column(),
            row.boot(),
            row.tries(),
            row.schema(),
            row.crc(),
            row.st() == EffectState.OK ? row.value() : Unit.UNIT,
            orNull(row.error()),
            wallMs,
            rid,
            row.step(),
            row.occ())
        > 0;
  }

  private static Object orNull(Bytes bytes) {
    return bytes.isEmpty() ? Unit.UNIT : bytes;
  }

  static Optional<EffectRow> effect(StoreTx tx, long rid, EffectRow.Id id) {
    return tx.first(ONE, RunTable::effect, rid, id.step(), id.occ());
  }

  static Optional<EffectRow> standing(StoreTx tx, long rid, EffectRow row) {
    return row.isPlain()
        ? tx.first(ONE_PLAIN, RunTable::effect, rid, row.n())
        : effect(tx, rid, row.id());
  }

  /**
   * Where the next rows of a run begin: those that are known by their places come first.
   *
   * @param place after which
   * @param id after which, once no places are left
   */
  record Page(int place, EffectRow.Id id) {
    static final Page FIRST = new Page(0, new EffectRow.Id("", 0));

    Page after(EffectRow last) {
      return last.isPlain() ? new Page(last.n(), id) : new Page(Places.MOST, last.id());
    }
  }

  /** Fewer than a page holds are the last. */
  static List<EffectRow> page(Reading reading, long rid, Page from) {
    var rows =
        new ArrayList<>(reading.query(PAGE_PLAIN, RunTable::effect, rid, from.place(), PAGE_ROWS));
    if (rows.size() == PAGE_ROWS) return rows;
    var id = from.id();
    var left = PAGE_ROWS - rows.size();
    rows.addAll(reading.query(PAGE, RunTable::effect, rid, id.step(), id.occ(), left));
    return rows;
  }

  /** One step of retention; whether there may be another. */
  static boolean expire(StoreTx tx, long nowMs, long tombstoneMs, int most) {
    record Over(long rid, boolean isGone) {}
    var over = tx.first(OVER, row -> new Over(row.getLong("rid"), row.getInt("gone") == 1), nowMs);
    if (over.isEmpty()) return false;
    var rid = over.get().rid();
    if (over.get().isGone()) tx.update(FORGET, rid);
    else if (cleared(tx, rid, most) < most) tx.update(GONE, nowMs + tombstoneMs, rid);
    return true;
  }

  private static int cleared(StoreTx tx, long rid, int most) {
    var cleared = tx.update(CLEAR_PLAIN, rid, most);
    if (cleared < most) cleared += tx.update(CLEAR, rid, most - cleared);
    return cleared < most ? cleared + ValueTable.clear(tx, rid, most - cleared) : cleared;
  }

  static List<Meters.Level> levels(ResultSet row) throws SQLException {
    return List.of(
        Meters.Level.of(row.getDouble("open"), "OPEN"),
        Meters.Level.of(row.getDouble("parked"), "PARKED"));
  }
}
