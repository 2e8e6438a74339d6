package dev.meshkit.control;

import dev.meshkit.queue.Audit;

/**
 * An operator gives a run up.
 *
 * @param run {@code change::v2::key}
 * @param by who, {@code uid@node}, and why
 * @param dryRun only say whether it could be given up
 */
public record RunOrder(String run, Audit by, boolean dryRun) {}
