package dev.meshkit.control;

import dev.meshkit.api.Bytes;
import dev.meshkit.queue.Audit;

/**
 * An operator's word on a call of which nobody knows.
 *
 * @param run {@code change::v2::key}
 * @param step as the list shows it
 * @param occurrence which repeat of it
 * @param said what became of it
 * @param by who, {@code uid@node}, and why
 * @param dryRun only say whether it could be said
 */
public record EffectOrder(
    String run, String step, int occurrence, Said said, Audit by, boolean dryRun) {
  /** Whether it happened. */
  public boolean done() {
    return !(said instanceof Failed);
  }

  /** What became of a call. */
  public sealed interface Said {}

  /** It happened, and came to this: what the type's codec writes. */
  public record Done(Bytes value) implements Said {}

  /** It happened, and what it came to is not said. */
  public record DoneOnly() implements Said {}

  /** It did not happen. */
  public record Failed() implements Said {}
}
