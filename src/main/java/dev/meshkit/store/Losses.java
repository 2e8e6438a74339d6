package dev.meshkit.store;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What a salvage kept of each table, and between which rows it could not read. */
final class Losses {
  private final Map<String, Long> kept = new LinkedHashMap<>();
  private final Map<String, StringBuilder> lost = new LinkedHashMap<>();

  /** So many more rows of a table were kept. */
  void kept(String table, long rows) {
    kept.merge(table, rows, Long::sum);
  }

  /** Rows of a table were lost; {@code where} says which, as far as is known. */
  void lost(String table, String where) {
    var all = lost.computeIfAbsent(table, _ -> new StringBuilder());
    if (!all.isEmpty()) all.append("; ");
    all.append(where);
  }

  /** Whether every row is there: nothing but indexes was hurt. */
  boolean isNone() {
    return lost.isEmpty();
  }

  /** Whether one of these tables has lost rows. */
  boolean anyOf(Collection<String> tables) {
    return tables.stream().anyMatch(lost::containsKey);
  }

  /** A line for each table. */
  String text() {
    return kept.keySet().stream().map(this::line).collect(Collectors.joining());
  }

  /** The tables that lost rows, in one line. */
  String summary() {
    return lost.entrySet().stream()
        .map(table -> table.getKey() + " (" + table.getValue() + ")")
        .collect(Collectors.joining(", "));
  }

  private String line(String table) {
    var gone = lost.containsKey(table) ? "   lost: " + lost.get(table) : "";
    return table + ": " + kept.get(table) + " rows kept" + gone + "\n";
  }
}
