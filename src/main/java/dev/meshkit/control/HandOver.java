package dev.meshkit.control;

import dev.meshkit.queue.Audit;
import java.time.Duration;

/**
 * An order to let another lead.
 *
 * @param scope of which scope, as a person wrote it
 * @param to who shall lead, as a person wrote it; empty for whoever is first in rank
 * @param stepDown whether this node is meant, and none else is asked
 * @param by who, {@code uid@node}, and why
 * @param dryRun only say what would change
 * @param within how long to wait for the answer
 */
public record HandOver(
    String scope, String to, boolean stepDown, Audit by, boolean dryRun, Duration within) {}
