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

  /**
   * What may stand between CREATE and what kind of thing it makes. TEMP may not: it would hide a
   * table of the same name from all who share the writer's connection, until the next start.
   */
  private static final Set<String> HOW = Set.of("unique");

  /**
   * No virtual tables: what is wrong in one looks as if the file were damaged. No triggers: what
   * one does stands in no statement that could be looked at.
   */
  private static final Set<String> KINDS = Set.of("table", "index", "view");

  private static final String QUOTES = "'\"`[";

  private AppSql() {}

  /**
   * A word of a statement in lower case, or a dot; a quoted one is a name or a text, never a
   * keyword.
   */
  private record Word(String text, boolean isQuoted) {
    boolean isOneOf(Set<String> keywords) {
      return !isQuoted && keywords.contains(text);
    }
  }

  /**
   * Throws {@link IllegalArgumentException} unless the statement is a query or a change of rows or
   * tables that names nothing of MeshKit's and leaves the transaction to its owner. A column or a
   * text that is the name of one of its tables is refused too: SQLite takes {@code 'task'} for a
   * table where none but a name can stand. Call the column otherwise; make the text a parameter.
   */
  static void check(String sql, Set<String> reserved) {
    var words = words(sql);
    if (words.isEmpty() || !MAY_BEGIN.contains(words.getFirst().text())) {
      throw new IllegalArgumentException(
          "an application runs one query or change of rows or tables, not: " + sql);
    }
    for (var word : words) check(word, sql, reserved);
    if (MAKES_OR_DROPS.contains(words.getFirst().text()) && !names(words)) {
      throw new IllegalArgumentException(
          "an application makes, drops and alters tables, indexes and views named app_…, and no"
              + " virtual or temporary tables: "
              + sql);
    }
  }

  private static void check(Word word, String sql, Set<String> reserved) {
    var name = word.text();
    if (reserved.contains(name) || name.startsWith("sqlite_") || name.startsWith("pragma_")) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is MeshKit's: an application's tables are named app_…, and a text like that is"
              + " a parameter");
    }
    if (name.equals("rollback") && !word.isQuoted()) {
      throw new IllegalArgumentException(
          "ROLLBACK would end a transaction that others share, say ABORT: " + sql);
    }
  }

  /**
   * Whether what it makes, drops or alters, and what that is called then, is named app_…. By place:
   * SQLite takes many a keyword for a name, as in {@code CREATE TABLE temp (app_x)}.
   */
  private static boolean names(List<Word> words) {
    var at = words.size() > 1 && words.get(1).isOneOf(HOW) ? 2 : 1;
    if (at >= words.size() || !words.get(at).isOneOf(KINDS)) return false;
    at = behindIf(words, at + 1);
    if (is(words, at + 1, ".")) {
      if (!words.get(at).text().equals("main")) return false;
      at += 2;
    }
    var renames = is(words, at + 1, "rename") && is(words, at + 2, "to");
    return isOwn(words, at) && (!renames || isOwn(words, at + 3));
  }

  private static int behindIf(List<Word> words, int at) {
    if (!is(words, at, "if")) return at;
    if (is(words, at + 1, "exists")) return at + 2;
    return is(words, at + 1, "not") && is(words, at + 2, "exists") ? at + 3 : at;
  }

  private static boolean is(List<Word> words, int at, String text) {
    return at < words.size() && words.get(at).isOneOf(Set.of(text));
  }

  private static boolean isOwn(List<Word> words, int at) {
    return at < words.size() && words.get(at).text().startsWith("app_");
  }

  /** The statement's words; comments do not count. */
  private static List<Word> words(String sql) {
    var words = new ArrayList<Word>();
    for (var at = 0; at < sql.length(); ) {
      var c = sql.charAt(at);
      var end = end(sql, at, c);
      if (c == '.') words.add(new Word(".", false));
      if (isName(c)) words.add(new Word(lower(sql.substring(at, end)), false));
      if (QUOTES.indexOf(c) >= 0) words.add(new Word(lower(unquoted(sql, at, end)), true));
      if (c == ';' && !sql.substring(end).isBlank()) {
        throw new IllegalArgumentException(several(words) + ": " + sql);
      }
      at = end;
    }
    return words;
  }

  /** A trigger has statements within. */
  private static String several(List<Word> before) {
    var isTrigger =
        is(before, 0, "create") && before.stream().limit(3).anyMatch(word -> isTrigger(word));
    return isTrigger
        ? "an application makes no triggers: do what one would do in the same transaction"
        : "one statement at a time";
  }

  private static boolean isTrigger(Word word) {
    return word.isOneOf(Set.of("trigger"));
  }

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }

  /** What stands between quotes; two of them within are one. */
  private static String unquoted(String sql, int at, int end) {
    var quote = sql.charAt(at);
    var inner = sql.substring(at + 1, Math.max(at + 1, end - 1));
    return quote == '[' ? inner : inner.replace("" + quote + quote, "" + quote);
  }

  /** Where the token that begins at {@code at} ends. */
  private static int end(String sql, int at, char c) {
    if (isName(c)) return wordEnd(sql, at);
    return switch (c) {
      case '\'', '"', '`' -> quoteEnd(sql, c, at + 1);
      case '[' -> after(sql, "]", at + 1);
      case '-' -> sql.startsWith("--", at) ? after(sql, "\n", at) : at + 1;
      case '/' -> sql.startsWith("/*", at) ? after(sql, "*/", at + 2) : at + 1;
      default -> at + 1;
    };
  }

  /** SQLite takes every character beyond ASCII for a letter. */
  private static boolean isName(char c) {
    return Character.isLetter(c) || c == '_' || c >= 0x80;
  }

  private static int wordEnd(String sql, int at) {
    var end = at;
    while (end < sql.length() && (isName(sql.charAt(end)) || Character.isDigit(sql.charAt(end))))
      end++;
    return end;
  }

  /** Behind the closing quote: two in a row do not close. */
  private static int quoteEnd(String sql, char quote, int from) {
    var end = after(sql, String.valueOf(quote), from);
    while (end < sql.length() && sql.charAt(end) == quote) {
      end = after(sql, String.valueOf(quote), end + 1);
    }
    return end;
  }

  private static int after(String sql, String closing, int from) {
    var found = sql.indexOf(closing, from);
    return found < 0 ? sql.length() : found + closing.length();
  }
}
