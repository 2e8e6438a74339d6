package dev.meshkit.store;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a salvage kept of each table, between which rows it could not read, and what else of the
 * file it could not take along.
 */
final class Losses {
  private final Map<String, Long> kept = new LinkedHashMap<>();
  private final Map<String, StringBuilder> lost = new LinkedHashMap<>();
  private final Map<String, String> left = new LinkedHashMap<>();

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

  /** An index, a view or a trigger was not taken along; {@code why} says why. */
  void left(String what, String why) {
    left.put(what, why);
  }

  /** Whether something but rows was not taken along. */
  boolean isAnyLeft() {
    return !left.isEmpty();
  }

  /** What was not taken along, in one line. */
  String leftover() {
    return left.entrySet().stream()
        .map(one -> one.getKey() + " (" + one.getValue() + ")")
        .collect(Collectors.joining(", "));
  }

  /** Whether every row is there: nothing but indexes was hurt. */
  boolean isNone() {
    return lost.isEmpty();
  }

  /** Whether one of these tables has lost rows. */
  boolean anyOf(Collection<String> tables) {
    return tables.stream().anyMatch(lost::containsKey);
  }

  /** A line for each table, and for all else that was not taken along. */
  String text() {
    var tables = new LinkedHashSet<>(kept.keySet());
    tables.addAll(lost.keySet());
    return tables.stream().map(this::line).collect(Collectors.joining())
        + left.entrySet().stream()
            .map(one -> one.getKey() + ": not taken along: " + one.getValue() + "\n")
            .collect(Collectors.joining());
  }

  /** The tables that lost rows, in one line. */
  String summary() {
    return lost.entrySet().stream()
        .map(table -> table.getKey() + " (" + table.getValue() + ")")
        .collect(Collectors.joining(", "));
  }

  private String line(String table) {
    var gone = lost.containsKey(table) ? "   lost: " + lost.get(table) : "";
    return table + ": " + kept.getOrDefault(table, 0L) + " rows kept" + gone + "\n";
  }
}
