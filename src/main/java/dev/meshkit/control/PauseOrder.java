package dev.meshkit.control;

/**
 * An order to stop or go on sending.
 *
 * @param lane a lane, {@code key/class}, or a key for all its lanes; empty for the whole queue
 * @param resume whether a pause ends
 * @param reason why, for the audit
 * @param actor who, {@code uid@node}
 * @param dryRun only say what would change
 */
public record PauseOrder(
    String lane, boolean resume, String reason, String actor, boolean dryRun) {}
