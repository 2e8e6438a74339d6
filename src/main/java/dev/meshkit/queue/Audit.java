package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.Optional;

/**
 * Who did something to other people's work, and why.
 *
 * @param actor who, never empty; one line of at most 256 characters
 * @param reason why, one line of at most 1,000 characters; where it is blank, changes are refused
 */
public record Audit(String actor, String reason) {
  private static final int MOST_ACTOR = 256;
  private static final int MOST_REASON = 1_000;

  /**
   * What is wrong with one of the two.
   *
   * @param why in words
   * @param fix what makes it right
   */
  private record Flaw(String why, String fix) {}

  /** Checks that someone is named, and that both are texts. */
  public Audit {
    var flaw = flawOfActor(actor).or(() -> flawOfReason(reason));
    if (flaw.isPresent()) throw new IllegalArgumentException(flaw.get().why());
  }

  /**
   * The same for words that somebody else chose, who must give a reason: {@code error.validation}
   * says which of the two is wrong, and how to mend it.
   *
   * @param tried what is to be done, for the error: {@code pausing}
   */
  public static Result<Audit> of(String tried, String actor, String reason) {
    var flaw = flawOfActor(actor).or(() -> noReason(reason)).or(() -> flawOfReason(reason));
    return flaw.isPresent()
        ? Result.err(MeshError.validation(tried, flaw.get().why(), flaw.get().fix()))
        : Result.ok(new Audit(actor, reason));
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

  private static Optional<Flaw> flawOfActor(String actor) {
    return actor.isBlank()
        ? Optional.of(new Flaw("an audit names its actor", "name who wants it"))
        : flaw("an actor", actor, MOST_ACTOR);
  }

  private static Optional<Flaw> noReason(String reason) {
    return reason.isBlank()
        ? Optional.of(new Flaw("it needs a reason", "say why, for the audit"))
        : Optional.empty();
  }

  private static Optional<Flaw> flawOfReason(String reason) {
    return flaw("a reason", reason, MOST_REASON);
  }

  /** It is shown on terminals and kept for ever: no escapes, no lines that look like others. */
  private static Optional<Flaw> flaw(String what, String text, int most) {
    var half = WellFormed.flaw(text);
    if (half.isPresent())
      return Optional.of(
          new Flaw(
              what + " is no text: " + WellFormed.flaw(half.getAsInt()),
              "write it in whole characters"));
    if (text.length() > most)
      return Optional.of(
          new Flaw(
              what + " has at most " + most + " characters, not " + text.length(),
              "say it shorter"));
    return text.chars().anyMatch(Character::isISOControl)
        ? Optional.of(
            new Flaw(
                what + " is one line without control characters",
                "write it on one line, without tabs and escapes"))
        : Optional.empty();
  }
}
