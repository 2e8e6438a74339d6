package dev.meshkit.gate;

/**
 * A verb as somebody sent it: what they saw, and who they are.
 *
 * @param verb what to do
 * @param record the scope record that they saw
 * @param epoch the entry's epoch that they saw
 * @param actor who, never blank
 * @param reason why, never blank
 */
public record Command(Verb verb, RecordId record, long epoch, String actor, String reason) {
  /** Checks that somebody says who and why. */
  public Command {
    if (actor.isBlank() || reason.isBlank())
      throw new IllegalArgumentException("a command of the gate says who gives it, and why");
  }
}
