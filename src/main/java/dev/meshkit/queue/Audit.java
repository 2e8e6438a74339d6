package dev.meshkit.queue;

/**
 * Who did something to other people's work, and why.
 *
 * @param actor who, never empty
 * @param reason why; where it is blank, changes are refused
 */
public record Audit(String actor, String reason) {
  /** Checks that someone is named, and that both are texts. */
  public Audit {
    if (actor.isBlank()) throw new IllegalArgumentException("an audit names its actor");
    var _ = WellFormed.text("an actor", actor);
    var _ = WellFormed.text("a reason", reason);
  }
}
