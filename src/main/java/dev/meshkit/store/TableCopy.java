package dev.meshkit.store;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Unit;
import dev.meshkit.store.StoreException.Fault;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Copies what can be read of one damaged table, by its own tree and never by an index.
 *
 * <p>A table with rowids is read upwards in pages; where a page cannot be read, the next row that
 * can is looked for by doubling the step and then halving it, so that a damaged spot costs no more
 * rows than lie on it. A table without rowids is read from both ends towards the spot.
 */
final class TableCopy {
  private static final int PAGE = 256;

  /** SQLite's names of a row's number; a column that is called so hides it. */
  private static final List<String> ROWIDS = List.of("rowid", "_rowid_", "oid");

  private final Statements from;
  private final Statements to;
  private final Losses losses;
  private final String table;

  /** Of a table that both databases have. */
  TableCopy(Statements from, Statements to, Losses losses, String table) {
    this.from = from;
    this.to = to;
    this.losses = losses;
    this.table = table;
  }

  /** Copies it; what is lost is told. */
  void copy() {
    losses.kept(table, 0);
    var there = columns(from);
    var columns = columns(to).stream().filter(there::contains).toList();
    if (isWithoutRowid()) {
      bothEnds(columns);
      return;
    }
    ROWIDS.stream()
        .filter(name -> there.stream().noneMatch(name::equalsIgnoreCase))
        .findFirst()
        .ifPresentOrElse(
            rowid -> upwards(rowid, columns),
            () -> losses.lost(table, "all of it: its columns hide where its rows lie"));
  }

  /** One row: where it lies, and its values. */
  private record Line(List<Object> key, List<Object> values) {}

  private void upwards(String rowid, List<String> columns) {
    var names = rowid + ", " + list(columns);
    var select = "SELECT " + names + " FROM " + quoted(table) + " NOT INDEXED";
    var page = select + " WHERE " + rowid + " > ? ORDER BY " + rowid + " LIMIT ?";
    var insert = insert(names, columns.size() + 1);
    var after = Long.MIN_VALUE;
    var limit = PAGE;
    while (true) {
      try {
        var rows = from.query(page, row -> line(row, 1, columns.size()), after, limit);
        rows.forEach(line -> put(insert, line, true));
        if (rows.size() < limit) return;
        after = (Long) rows.getLast().key().getFirst();
        limit = PAGE;
      } catch (StoreException cause) {
        if (!cause.isDamage()) throw cause;
        if (limit > 1) {
          limit /= 2;
          continue;
        }
        var next = readable(page, after, columns.size());
        losses.lost(table, "rows after " + after + " up to " + next);
        if (next == Long.MAX_VALUE) return;
        after = next;
      }
    }
  }

  /** The lowest number beyond which there is a row that can be read, or none at all. */
  private long readable(String page, long after, int columns) {
    var bad = Math.max(after, -1L);
    var good = bad;
    for (var step = 1L; !canRead(page, good, columns); step *= 2) {
      bad = good;
      if (bad > Long.MAX_VALUE - step) return Long.MAX_VALUE;
      good = bad + step;
    }
    while (good - bad > 1) {
      var middle = bad + (good - bad) / 2;
      if (canRead(page, middle, columns)) good = middle;
      else bad = middle;
    }
    return good;
  }

  private boolean canRead(String page, long after, int columns) {
    try {
      from.query(page, row -> line(row, 1, columns), after, 1);
      return true;
    } catch (StoreException cause) {
      if (!cause.isDamage()) throw cause;
      return false;
    }
  }

  private void bothEnds(List<String> columns) {
    var key =
        from.query(
            "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk",
            row -> row.getString(1),
            table);
    var insert = insert(list(columns), columns.size());
    var up = new End(key, columns, " > ", "");
    var seen = walk(up, insert);
    if (seen.isWhole()) return;
    var down = walk(new End(key, columns, " < ", " DESC"), insert);
    losses.lost(table, "rows between " + seen.last() + " and " + down.last());
  }

  /** A direction in which a table without rowids is read. */
  private record End(List<String> key, List<String> columns, String beyond, String order) {
    String sql(String table, boolean isFirst) {
      var marks = String.join(", ", Collections.nCopies(key.size(), "?"));
      var where = isFirst ? "" : " WHERE (" + list(key) + ")" + beyond + "(" + marks + ")";
      var by = key.stream().map(name -> quoted(name) + order).collect(Collectors.joining(", "));
      return "SELECT "
          + list(key)
          + ", "
          + list(columns)
          + " FROM "
          + quoted(table)
          + where
          + " ORDER BY "
          + by
          + " LIMIT ?";
    }
  }

  /** How far a walk came. */
  private record Seen(boolean isWhole, List<Object> last) {}

  private Seen walk(End end, String insert) {
    List<Object> last = List.of();
    var limit = PAGE;
    while (true) {
      try {
        var asked = new ArrayList<>(last);
        asked.add(limit);
        var rows =
            from.query(
                end.sql(table, last.isEmpty()),
                row -> line(row, end.key().size(), end.columns().size()),
                asked.toArray());
        rows.forEach(line -> put(insert, line, false));
        if (rows.size() < limit) return new Seen(true, last);
        last = rows.getLast().key();
        limit = PAGE;
      } catch (StoreException cause) {
        if (!cause.isDamage()) throw cause;
        if (limit == 1) return new Seen(false, last);
        limit /= 2;
      }
    }
  }

  /** A row that makes no sense in its table is lost, as one that cannot be read. */
  private void put(String insert, Line line, boolean withKey) {
    var values = new ArrayList<Object>(withKey ? line.key() : List.of());
    values.addAll(line.values());
    try {
      if (to.update(insert, values.toArray()) == 1) {
        losses.kept(table, 1);
        return;
      }
    } catch (StoreException cause) {
      if (cause.fault() != Fault.STATEMENT) throw cause;
    }
    losses.lost(table, "row " + line.key() + ", which makes no sense");
  }

  private String insert(String names, int values) {
    var marks = String.join(", ", Collections.nCopies(values, "?"));
    return "INSERT OR IGNORE INTO " + quoted(table) + " (" + names + ") VALUES (" + marks + ")";
  }

  private boolean isWithoutRowid() {
    return from.query("SELECT wr FROM pragma_table_list WHERE name = ?", r -> r.getInt(1), table)
        .contains(1);
  }

  private List<String> columns(Statements of) {
    return of.query("SELECT name FROM pragma_table_info(?)", row -> row.getString(1), table);
  }

  private static Line line(ResultSet row, int keys, int values) throws SQLException {
    var all = new ArrayList<Object>();
    for (var i = 1; i <= keys + values; i++) all.add(value(row, i));
    return new Line(
        List.copyOf(all.subList(0, keys)), List.copyOf(all.subList(keys, keys + values)));
  }

  private static Object value(ResultSet row, int at) throws SQLException {
    return switch (row.getObject(at)) {
      case null -> Unit.UNIT;
      case byte[] bytes -> Bytes.of(bytes);
      case Integer number -> number.longValue();
      case Object other -> other;
    };
  }

  private static String list(List<String> names) {
    return names.stream().map(TableCopy::quoted).collect(Collectors.joining(", "));
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
