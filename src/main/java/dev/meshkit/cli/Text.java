package dev.meshkit.cli;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.meshkit.control.Envelope;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** Durations, sizes and times as people write and read them. */
final class Text {
  private static final Pattern DURATION =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h|d)");

  private Text() {}

  /** Reads "250ms", "1.5s", "10m", "6h" or "7d". */
  static Duration duration(String text) {
    var parts = DURATION.matcher(text);
    if (!parts.matches())
      throw new IllegalArgumentException(
          "'" + text + "' is no duration; write 250ms, 1.5s, 10m, 6h or 7d");
    var millis =
        switch (parts.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 86_400_000;
        };
    return Duration.ofMillis(Math.round(Double.parseDouble(parts.group(1)) * millis));
  }

  /** A duration in its two largest units, or in milliseconds below ten seconds. */
  static String of(Duration span) {
    var millis = span.toMillis();
    if (Math.abs(millis) < 1_000) return millis + "ms";
    if (Math.abs(millis) < 10_000) return String.format(Locale.ROOT, "%.1fs", millis / 1000.0);
    if (span.toSeconds() < 120) return span.toSeconds() + "s";
    if (span.toMinutes() < 120) return span.toMinutes() + "m" + span.toSecondsPart() + "s";
    if (span.toHours() < 48) return span.toHours() + "h" + span.toMinutesPart() + "m";
    return span.toDays() + "d" + span.toHoursPart() + "h";
  }

  /** The same, of an answer. */
  static String of(com.google.protobuf.Duration span) {
    return of(Envelope.duration(span));
  }

  /** A time as JSON has it, to the millisecond. */
  static String of(Timestamp at) {
    return Timestamps.toString(Timestamps.fromMillis(Timestamps.toMillis(at)));
  }

  /** How many a second, to two places where that says more than one. */
  static String rate(double perSecond) {
    if (perSecond == 0) return "0";
    return String.format(Locale.ROOT, perSecond < 1 ? "%.2f" : "%.1f", perSecond);
  }

  /** Bytes in the unit that leaves a small number. */
  static String bytes(long bytes) {
    if (bytes < 1024) return bytes + " B";
    if (bytes < 1 << 20) return String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
    if (bytes < 1 << 30) return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    return String.format(Locale.ROOT, "%.1f GiB", bytes / 1073741824.0);
  }

  /** The text with every control character replaced: names from peers are hostile input. */
  static String safe(String text) {
    if (text.codePoints().noneMatch(Text::hostile)) return text;
    var clean = new StringBuilder();
    text.codePoints().forEach(c -> clean.appendCodePoint(hostile(c) ? 0xFFFD : c));
    return clean.toString();
  }

  private static boolean hostile(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
