package dev.meshkit.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which statements an application may run in MeshKit's database. */
final class AppSql {
  private static final Set<String> MAY_BEGIN =
      Set.of(
          "select", "with", "values", "insert", "replace", "update", "delete", "create", "drop",
          "alter");

  private static final Set<String> MAKES_OR_DROPS = Set.of("create", "drop", "alter");

  private AppSql() {}

  /**
   * Throws {@link IllegalArgumentException} unless the statement is a query or a change of rows or
   * tables that names nothing of MeshKit's. A column that bears the name of one of its tables is
   * refused too: call it otherwise.
   */
  static void check(String sql, Set<String> reserved) {
    var words = words(sql);
    if (words.isEmpty() || !MAY_BEGIN.contains(words.getFirst())) {
      throw new IllegalArgumentException(
          "an application runs one query or change of rows or tables, not: " + sql);
    }
    for (var word : words) {
      if (reserved.contains(word) || word.startsWith("sqlite_") || word.startsWith("pragma_")) {
        throw new IllegalArgumentException(
            "'" + word + "' is MeshKit's: an application's tables are named app_…");
      }
    }
    if (MAKES_OR_DROPS.contains(words.getFirst())
        && words.stream().noneMatch(word -> word.startsWith("app_"))) {
      throw new IllegalArgumentException("an application's tables are named app_…: " + sql);
    }
  }

  /** The statement's words in lower case; quoted names count, texts and comments do not. */
  private static List<String> words(String sql) {
    var words = new ArrayList<String>();
    for (var at = 0; at < sql.length(); ) {
      var c = sql.charAt(at);
      var end = end(sql, at, c);
      if (Character.isLetter(c) || c == '_') words.add(sql.substring(at, end));
      if (c == '"' || c == '`' || c == '[')
        words.add(sql.substring(at + 1, Math.max(at + 1, end - 1)));
      if (c == ';' && !sql.substring(end).isBlank()) {
        throw new IllegalArgumentException("one statement at a time: " + sql);
      }
      at = end;
    }
    return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
  }

  /** Where the token that begins at {@code at} ends. */
  private static int end(String sql, int at, char c) {
    if (Character.isLetter(c) || c == '_') return wordEnd(sql, at);
    return switch (c) {
      case '\'', '"', '`' -> after(sql, String.valueOf(c), at + 1);
      case '[' -> after(sql, "]", at + 1);
      case '-' -> sql.startsWith("--", at) ? after(sql, "\n", at) : at + 1;
      case '/' -> sql.startsWith("/*", at) ? after(sql, "*/", at + 2) : at + 1;
      default -> at + 1;
    };
  }

  private static int wordEnd(String sql, int at) {
    var end = at;
    while (end < sql.length()
        && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) end++;
    return end;
  }

  private static int after(String sql, String closing, int from) {
    var found = sql.indexOf(closing, from);
    return found < 0 ? sql.length() : found + closing.length();
  }
}
