package dev.meshkit.queue;

/**
 * Who did something to other people's work, and why.
 *
 * @param actor who, never empty
 * @param reason why, may be empty where no reason is required
 */
public record Audit(String actor, String reason) {
  /** Checks that someone is named. */
  public Audit {
    if (actor.isBlank()) throw new IllegalArgumentException("an audit names its actor");
  }
}
