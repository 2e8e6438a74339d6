package dev.meshkit.control;

import dev.meshkit.queue.Audit;

/**
 * An order to stop or go on sending.
 *
 * @param lane a lane, {@code key/class}, or a key for all its lanes; empty for the whole queue
 * @param resume whether a pause ends
 * @param by who, {@code uid@node}, and why
 * @param dryRun only say what would change
 */
public record PauseOrder(String lane, boolean resume, Audit by, boolean dryRun) {}
