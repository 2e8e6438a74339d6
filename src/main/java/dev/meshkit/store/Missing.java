package dev.meshkit.store;

import dev.meshkit.store.StoreException.Fault;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a salvage has missed without noticing: a damaged page may count fewer rows than it holds, or
 * none of a whole branch. The damaged file's own indexes, and rows that count others, know better.
 */
final class Missing {
  private static final Pattern PREDICATE = Pattern.compile("(?is)\\)\\s*WHERE\\s(.*)");
  private static final String INDEXES =
      """
      SELECT l.name, l.partial, coalesce(s.sql, '') FROM pragma_index_list(?1) AS l
        LEFT JOIN sqlite_schema AS s ON s.type = 'index' AND s.name = l.name
      WHERE NOT (l.origin = 'pk' AND (SELECT wr FROM pragma_table_list WHERE name = ?1))""";
  private static final String KEY =
      """
      SELECT iif((SELECT wr FROM pragma_table_list WHERE name = ?1),
        (SELECT '"' || name || '"' FROM pragma_table_info(?1) WHERE pk = 1), 'rowid')""";

  /** So many places are named of each table. */
  private static final int NAMED = 20;

  private final Statements from;
  private final Statements to;
  private final Losses losses;

  Missing(Statements from, Statements to, Losses losses) {
    this.from = from;
    this.to = to;
    this.losses = losses;
  }

  /** An index: its name, and which rows it is of, as a clause; empty for all. */
  private record Index(String name, String where) {}

  /**
   * Compares a table with what its indexes counted; one that is damaged itself says nothing, nor
   * does one of an application's that cannot be asked so.
   */
  void byIndexes(String table) {
    for (var index : indexes(table)) {
      try {
        var missing = count(from, table, index, "INDEXED BY \"" + index.name() + "\"");
        missing -= count(to, table, index, "NOT INDEXED");
        if (missing > 0) {
          losses.lost(table, rows(missing) + " that its index " + index.name() + " counts");
        }
      } catch (StoreException cause) {
        if (!cause.isDamage() && cause.fault() != Fault.STATEMENT) throw cause;
      }
    }
  }

  private List<Index> indexes(String table) {
    return to.query(
        INDEXES,
        row -> {
          var predicate = PREDICATE.matcher(row.getString(3));
          var isPartial = row.getBoolean(2) && predicate.find();
          return new Index(row.getString(1), isPartial ? " WHERE " + predicate.group(1) : "");
        },
        table);
  }

  /** By the key and not by {@code *}, which SQLite counts wherever it likes. */
  private static long count(Statements in, String table, Index index, String how) {
    var key = in.query(KEY, row -> row.getString(1), table).getFirst();
    var sql = "SELECT count(" + key + ") FROM \"" + table + "\" " + how + index.where();
    return in.query(sql, row -> row.getLong(1)).getFirst();
  }

  /** A table lacks so many rows in some place. */
  private record Lack(String table, long rows, String where) {}

  /** Asks which tables lack rows that others count. */
  void byRows(String query) {
    var lacks =
        to
            .query(query, row -> new Lack(row.getString(1), row.getLong(2), row.getString(3)))
            .stream()
            .collect(Collectors.groupingBy(Lack::table, LinkedHashMap::new, Collectors.toList()));
    for (Map.Entry<String, List<Lack>> of : lacks.entrySet()) tell(of.getKey(), of.getValue());
  }

  private static String rows(long count) {
    return count == 1 ? "1 row" : count + " rows";
  }

  private void tell(String table, List<Lack> lacks) {
    var rows = lacks.stream().mapToLong(Lack::rows).sum();
    var places =
        lacks.stream()
            .limit(NAMED)
            .map(lack -> lack.where() + " " + lack.rows())
            .collect(Collectors.joining(", "));
    var more = lacks.size() > NAMED ? ", and " + (lacks.size() - NAMED) + " places more" : "";
    losses.lost(table, rows(rows) + " that others count: " + places + more);
  }
}
