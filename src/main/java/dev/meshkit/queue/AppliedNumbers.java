package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which numbers of one sender's lane were applied: all up to {@code highest} but the missing ones.
 *
 * <p>A set of numbers in little room: numbers come nearly in order, so what is missing is few
 * ranges. Beyond {@link #MAX_RANGES} the lowest is given up: nobody knows then whether its numbers
 * were applied, and they are answered so.
 *
 * @param highest the highest number applied, 0 for none
 * @param missing ranges below it that were not, ascending, apart
 * @param forgotten at or below it nothing is known
 */
record AppliedNumbers(long highest, List<Range> missing, long forgotten) {
  /** Nothing yet. */
  static final AppliedNumbers NOTHING = new AppliedNumbers(0, List.of(), 0);

  /** Ranges kept; fixed by the format, so that a row stays under 4 KiB. */
  static final int MAX_RANGES = 256;

  /** Of the text of the ranges: with the rest of its row that is 4 KiB. */
  static final int MAX_BYTES = 3_800;

  /** So many take less, whatever their numbers: each is two of 19 digits at most. */
  private static final int SURELY_SMALL = MAX_BYTES / 41;

  private static final Pattern COMMA = Pattern.compile(",");

  /**
   * Numbers in a row.
   *
   * @param from the first
   * @param to the last
   */
  record Range(long from, long to) {
    boolean has(long n) {
      return from <= n && n <= to;
    }
  }

  AppliedNumbers {
    missing = List.copyOf(missing);
  }

  /** As stored: see {@link #text}. */
  static AppliedNumbers of(long highest, Bytes missing, long forgotten) {
    var ranges = missing.isEmpty() ? List.<Range>of() : ranges(missing.utf8());
    return new AppliedNumbers(highest, ranges, forgotten);
  }

  /**
   * As it is stored: of each range how far it begins behind the end of the one before it, and how
   * many more numbers it has if there are any, {@code 3+2,4} for 3–5 and 9. Numbers grow for ever
   * and a row must not: what is written is as short as the ranges are close.
   */
  Bytes text() {
    var text = new StringBuilder();
    var end = 0L;
    for (var range : missing) {
      if (!text.isEmpty()) text.append(',');
      text.append(range.from() - end);
      if (range.to() > range.from()) text.append('+').append(range.to() - range.from());
      end = range.to();
    }
    return Bytes.utf8(text.toString());
  }

  Inbox.Mark look(long n) {
    if (n > highest) return Inbox.Mark.NEW;
    if (n <= forgotten) return Inbox.Mark.FORGOTTEN;
    return missing.stream().anyMatch(range -> range.has(n)) ? Inbox.Mark.NEW : Inbox.Mark.DUPLICATE;
  }

  /** With {@code n}, which is new, applied. */
  AppliedNumbers with(long n) {
    if (n == highest + 1) return new AppliedNumbers(n, missing, forgotten); // as nearly all are
    if (n > highest) {
      var ranges = new ArrayList<>(missing);
      ranges.add(new Range(highest + 1, n - 1));
      return new AppliedNumbers(n, ranges, forgotten).bounded();
    }
    var ranges = new ArrayList<Range>(missing.size() + 1);
    for (var range : missing) {
      if (!range.has(n)) {
        ranges.add(range);
        continue;
      }
      if (range.from() < n) ranges.add(new Range(range.from(), n - 1));
      if (n < range.to()) ranges.add(new Range(n + 1, range.to()));
    }
    return new AppliedNumbers(highest, ranges, forgotten).bounded();
  }

  /** Numbers far apart, as only who means harm sends them, take more room each. */
  private AppliedNumbers bounded() {
    var kept = this;
    while (kept.isTooLarge()) kept = kept.withoutLowest();
    return kept;
  }

  private boolean isTooLarge() {
    if (missing.size() > MAX_RANGES) return true;
    return missing.size() > SURELY_SMALL && text().size() > MAX_BYTES;
  }

  private AppliedNumbers withoutLowest() {
    return new AppliedNumbers(highest, missing.subList(1, missing.size()), missing.getFirst().to());
  }

  private static List<Range> ranges(String text) {
    var ranges = new ArrayList<Range>();
    var end = 0L;
    for (var one : COMMA.splitAsStream(text).toList()) {
      var range = one.indexOf('-') > 0 ? absolute(one) : after(end, one);
      ranges.add(range);
      end = range.to();
    }
    return ranges;
  }

  private static Range after(long end, String text) {
    var plus = text.indexOf('+');
    var from = end + Long.parseLong(plus < 0 ? text : text.substring(0, plus));
    return new Range(from, plus < 0 ? from : from + Long.parseLong(text.substring(plus + 1)));
  }

  /** {@code 3-5}, as rows of older releases have it until they are written again. */
  private static Range absolute(String text) {
    var dash = text.indexOf('-');
    return new Range(
        Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
  }
}
