package dev.meshkit.control;

import dev.meshkit.api.Bytes;
import dev.meshkit.queue.Audit;

/**
 * An operator's word on a call of which nobody knows.
 *
 * @param run {@code change::v2::key}
 * @param step as the list shows it
 * @param occurrence which repeat of it
 * @param done whether it happened
 * @param value of one that did: what it came to, as the type's codec has it
 * @param by who, {@code uid@node}, and why
 * @param dryRun only say whether it could be said
 */
public record EffectOrder(
    String run, String step, int occurrence, boolean done, Bytes value, Audit by, boolean dryRun) {}
