package dev.meshkit.control;

import dev.meshkit.queue.Audit;

/**
 * An operator says that a node is gone for good, as far as the node that is asked has something for
 * it.
 *
 * @param node {@code region/name}, or a name that is known here
 * @param undo takes it back
 * @param by who, {@code uid@node}, and why
 * @param dryRun only say what would end
 */
public record ForgetOrder(String node, boolean undo, Audit by, boolean dryRun) {}
