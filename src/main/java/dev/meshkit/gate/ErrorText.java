package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import java.util.TreeMap;

/**
 * Errors as they are recorded, readable in a shell: {@code code}, tried, why, fix, retry, then
 * {@code name=value} details, a line each; backslash escapes line ends and itself.
 */
final class ErrorText {
  private ErrorText() {}

  static Bytes write(MeshError error) {
    var text = new StringBuilder(error.code());
    for (var part : new String[] {error.tried(), error.why(), error.fix(), error.retry().name()})
      text.append('\n').append(escaped(part));
    new TreeMap<>(error.details())
        .forEach((name, value) -> text.append('\n').append(escaped(name + "=" + value)));
    return Bytes.utf8(text.toString());
  }

  /**
   * The error of a record.
   *
   * @throws IllegalArgumentException if it is none
   */
  static MeshError read(Bytes bytes) {
    var lines = bytes.utf8().split("\n", -1);
    if (lines.length < 5) throw new IllegalArgumentException("a recorded error has 5 lines");
    var retry = MeshError.Retry.valueOf(lines[4]);
    var error = MeshError.of(lines[0], plain(lines[1]), plain(lines[2]), plain(lines[3]), retry);
    for (var i = 5; i < lines.length; i++) {
      var detail = plain(lines[i]);
      var end = detail.indexOf('=');
      if (end < 0) throw new IllegalArgumentException("a detail without =: " + detail);
      error = error.with(detail.substring(0, end), detail.substring(end + 1));
    }
    return error;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n");
  }

  private static String plain(String text) {
    if (text.indexOf('\\') < 0) return text;
    var plain = new StringBuilder();
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c != '\\' || i + 1 == text.length()) plain.append(c);
      else plain.append(text.charAt(++i) == 'n' ? '\n' : text.charAt(i));
    }
    return plain.toString();
  }
}
