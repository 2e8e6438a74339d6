package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.store.Insert;
import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Values in the order in which they were recorded, and the lists of which are a run's. Each method
 * runs in the transaction it is given; see {@link Trails}, which knows what no list has yet.
 */
final class ValueTable {
  private static final int RUN = 28; // of a place, as the schema has it
  private static final int PLACE = 14;
  private static final int LAST_PLACE = (1 << PLACE) - 1; // more than Places.MOST
  private static final int SEAL = 32;
  private static final Insert ADD =
      Insert.of(
          "INSERT INTO effect_value (id, place, what, seal, value) VALUES", "(?, ?, ?, ?, ?)");
  private static final Insert LIST =
      Insert.of("INSERT INTO run_value (rid, since, ids) VALUES", "(?, ?, ?)");
  private static final String ROW = "SELECT v.id, v.place, v.what, v.seal, v.value FROM ";
  private static final String LISTED =
      "json_each(?) l CROSS JOIN effect_value v ON v.id = l.value AND v.place >> 28 = ?";

  static final String LISTS = "SELECT since, ids FROM run_value WHERE rid = ? ORDER BY since";
  static final String SOME = ROW + LISTED;
  static final String PLACES = "SELECT v.place >> 14 & 16383 FROM " + LISTED;
  static final String ONE = ROW + LISTED + " WHERE v.place >> 14 & 16383 = ?";
  static final String UNLISTED =
      ROW
          + """
          run r CROSS JOIN effect_value v ON v.id >= max(r.since, ?2) AND v.place >> 28 = r.rid
          WHERE r.rid = ?1 AND r.since > 0 ORDER BY v.id LIMIT ?3""";
  static final String LAST = "SELECT max(id) FROM effect_value";

  /** Of one that is over nothing is looked for: its list is written at once. */
  static final String SINCE = "UPDATE run SET since = ? WHERE rid = ? AND st IN (0, 3)";

  static final String LEFT = "SELECT rid, since FROM run WHERE st IN (0, 3) AND since > 0";
  static final String FROM = "SELECT id, place >> 28 FROM effect_value WHERE id >= ?";
  static final String CLEAR =
      "DELETE FROM effect_value WHERE id IN (SELECT value FROM json_each(?)) AND place >> 28 = ?";
  static final String UNLIST = "DELETE FROM run_value WHERE rid = ? AND since = ?";
  static final String SHORTEN = "UPDATE run_value SET ids = ? WHERE rid = ? AND since = ?";

  private ValueTable() {}

  /** A value that was recorded. */
  record Value(long id, EffectRow row) {}

  /** A list, by its first number. */
  record Ids(long since, List<Long> ids) {}

  static void add(StoreTx tx, long id, long rid, EffectRow row, String what, long wallMs) {
    var place = rid << RUN | (long) row.n() << PLACE | row.occ();
    var seal = (wallMs / 1_000) << SEAL | Integer.toUnsignedLong(row.crc());
    tx.insert(ADD, id, place, what, seal, row.value());
  }

  /** Writes the lists of some values of a run, each no longer than a page. */
  static void list(StoreTx tx, long rid, List<Long> ids) {
    for (var from = 0; from < ids.size(); from += RunTable.PAGE_ROWS)
      tx.insert(
          LIST,
          rid,
          ids.get(from),
          json(ids.subList(from, Math.min(ids.size(), from + RunTable.PAGE_ROWS))));
  }

  static String json(List<Long> ids) {
    var text = new StringBuilder(ids.size() * 8 + 2).append('[');
    for (var id : ids) text.append(id.longValue()).append(',');
    if (!ids.isEmpty()) text.setLength(text.length() - 1);
    return text.append(']').toString();
  }

  static Ids list(ResultSet row) throws SQLException {
    var text = row.getString(2);
    var ids = List.of(text.substring(1, text.length() - 1).split(",", -1));
    return new Ids(row.getLong(1), ids.stream().map(Long::valueOf).toList());
  }

  static Value value(ResultSet row) throws SQLException {
    var place = row.getLong(2);
    var what = row.getString(3);
    var space = what.indexOf(' ');
    var at = what.lastIndexOf('@');
    var effect =
        new EffectRow(
            what.substring(0, space),
            (int) place & LAST_PLACE,
            (int) (place >> PLACE) & LAST_PLACE,
            EffectState.OK,
            Mode.VALUE,
            Bytes.EMPTY,
            Bytes.EMPTY,
            0,
            0,
            what.substring(space + 1, at),
            Integer.parseInt(what, at + 1, what.length(), 10),
            (int) row.getLong(4),
            Bytes.of(row.getBytes(5)),
            Bytes.EMPTY);
    return new Value(row.getLong(1), effect);
  }

  /** Those of a run that no list has, from a number on; fewer than a page holds are the last. */
  static List<Value> unlisted(Reading reading, long rid, long from) {
    return reading.query(UNLISTED, ValueTable::value, rid, from, RunTable.PAGE_ROWS);
  }

  /** The lists of a run. */
  static List<Ids> lists(Reading reading, long rid) {
    return reading.query(LISTS, ValueTable::list, rid);
  }

  /** Those of a run with these numbers, a page of them at most. */
  static List<Value> some(Reading reading, long rid, List<Long> ids) {
    return reading.query(SOME, ValueTable::value, json(ids), rid);
  }

  /** Removes values of a run that is over, at most so many; how many. */
  static int clear(StoreTx tx, long rid, int most) {
    var cleared = 0;
    for (var list : tx.query(LISTS, ValueTable::list, rid)) {
      var ids = list.ids().subList(0, Math.min(most - cleared, list.ids().size()));
      if (ids.isEmpty()) return cleared;
      tx.update(CLEAR, json(ids), rid);
      cleared += ids.size();
      var rest = list.ids().subList(ids.size(), list.ids().size());
      if (rest.isEmpty()) tx.update(UNLIST, rid, list.since());
      else tx.update(SHORTEN, json(rest), rid, list.since());
    }
    return cleared;
  }
}
