package dev.meshkit.queue;

/**
 * Who did something to other people's work, and why.
 *
 * @param actor who, never empty; one line of at most 256 characters
 * @param reason why, one line of at most 1,000 characters; where it is blank, changes are refused
 */
public record Audit(String actor, String reason) {
  private static final int MOST_ACTOR = 256;
  private static final int MOST_REASON = 1_000;

  /** Checks that someone is named, and that both are texts. */
  public Audit {
    if (actor.isBlank()) throw new IllegalArgumentException("an audit names its actor");
    var _ = WellFormed.text("an actor", actor);
    var _ = WellFormed.text("a reason", reason);
    line("an actor", actor, MOST_ACTOR);
    line("a reason", reason, MOST_REASON);
  }

  /** As it was stored: what earlier versions took, or a disk made of it, is brought into bounds. */
  static Audit stored(String actor, String reason) {
    var who = bounded(actor, MOST_ACTOR);
    return new Audit(who.isBlank() ? "unknown" : who, bounded(reason, MOST_REASON));
  }

  private static String bounded(String text, int most) {
    var cut = text.length() <= most ? text : text.substring(0, most);
    return cut.codePoints()
        .map(
            c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** It is shown on terminals and kept for ever: no escapes, no lines that look like others. */
  private static void line(String what, String text, int most) {
    if (text.length() > most)
      throw new IllegalArgumentException(
          what + " has at most " + most + " characters, not " + text.length());
    if (text.chars().anyMatch(Character::isISOControl))
      throw new IllegalArgumentException(what + " is one line without control characters");
  }
}
