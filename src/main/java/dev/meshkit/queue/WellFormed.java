package dev.meshkit.queue;

import java.util.OptionalInt;

/**
 * Texts that a queue keeps and finds again. One with half a surrogate pair has no UTF-8: stored, it
 * would be another text, and two such keys the same one.
 */
final class WellFormed {
  private WellFormed() {}

  /** The text; an {@link IllegalArgumentException} that says where it is none. */
  static String text(String what, String text) {
    var flaw = flaw(text);
    if (flaw.isEmpty()) return text;
    throw new IllegalArgumentException(what + " is no text: " + flaw(flaw.getAsInt()));
  }

  /** What is wrong at this place, in words. */
  static String flaw(int at) {
    return "half a surrogate pair at index " + at;
  }

  /** Where half a pair stands; empty for a text that can be stored. */
  static OptionalInt flaw(String text) {
    for (var i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      if (Character.getType(text.codePointAt(i)) == Character.SURROGATE) return OptionalInt.of(i);
    }
    return OptionalInt.empty();
  }
}
