package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Headers and attempt errors as text with tabs, one a line: small, and readable in a sqlite3 shell.
 */
final class Text {
  /** Errors kept of one task, the newest. */
  private static final int ERRORS = 16;

  /** Of their text; the oldest go first. */
  private static final int ERRORS_BYTES = 4 << 10;

  /** Characters kept of one error's words. */
  private static final int WHY = 200;

  private static final int STACK_BYTES = 8 << 10;

  private static final Pattern TAB = Pattern.compile("\t");

  private Text() {}

  static Bytes headers(Map<String, String> headers) {
    var text = new StringBuilder();
    new TreeMap<>(headers)
        .forEach(
            (key, value) ->
                text.append(escape(key)).append('\t').append(escape(value)).append('\n'));
    return Bytes.utf8(text.toString());
  }

  /** What can be read of it: a disk may have damaged it. */
  static Map<String, String> headers(Bytes text) {
    if (text.isEmpty()) return Map.of();
    var headers = new TreeMap<String, String>();
    for (var fields : lines(text)) {
      if (fields.size() == 3) headers.put(fields.get(0), fields.get(1));
    }
    return Collections.unmodifiableMap(headers);
  }

  static Bytes errors(List<AttemptError> errors) {
    var text = "";
    for (var error :
        errors.subList(Math.max(0, errors.size() - ERRORS), errors.size()).reversed()) {
      var longer = line(error) + text;
      if (Bytes.utf8(longer).size() > ERRORS_BYTES) break;
      text = longer;
    }
    return Bytes.utf8(text);
  }

  private static String line(AttemptError error) {
    return error.attempt() // not formatted: the digits of a language are not those of a file
        + "\t"
        + error.wall().toEpochMilli()
        + "\t"
        + escape(cut(error.code()))
        + "\t"
        + escape(cut(error.why()))
        + "\n";
  }

  /** Where an error was thrown, if an exception was: its trace, cut at 8 KiB. */
  static Bytes stack(MeshError error) {
    if (!(error instanceof MeshError.Fault fault) || fault.cause().isEmpty()) return Bytes.EMPTY;
    var trace = new StringWriter();
    fault.cause().get().printStackTrace(new PrintWriter(trace));
    var text = trace.toString();
    var bytes = Bytes.utf8(text);
    while (bytes.size() > STACK_BYTES) {
      text = text.substring(0, text.length() - Math.max(1, (bytes.size() - STACK_BYTES) / 3));
      bytes = Bytes.utf8(text);
    }
    return bytes;
  }

  /** What can be read of it: a disk may have damaged it. */
  static List<AttemptError> errors(Bytes text) {
    if (text.isEmpty()) return List.of();
    return lines(text).stream().flatMap(fields -> error(fields).stream()).toList();
  }

  private static Optional<AttemptError> error(List<String> fields) {
    if (fields.size() != 5) return Optional.empty();
    try {
      var attempt = Integer.parseInt(fields.get(0));
      var wall = Instant.ofEpochMilli(Long.parseLong(fields.get(1)));
      return Optional.of(new AttemptError(attempt, wall, fields.get(2), fields.get(3)));
    } catch (NumberFormatException damaged) {
      return Optional.empty();
    }
  }

  /** The first words of a text. */
  static String cut(String why) {
    return why.length() <= WHY ? why : why.substring(0, WHY - 1) + "…";
  }

  private static List<List<String>> lines(Bytes text) {
    return text.utf8()
        .lines()
        .map(line -> TAB.splitAsStream(line + "\tend").map(Text::unescape).toList())
        .toList();
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  private static String unescape(String text) {
    if (text.indexOf('\\') < 0) return text;
    var plain = new StringBuilder(text.length());
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c != '\\' || i + 1 == text.length()) {
        plain.append(c);
        continue;
      }
      plain.append(
          switch (text.charAt(++i)) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            default -> text.charAt(i);
          });
    }
    return plain.toString();
  }
}
