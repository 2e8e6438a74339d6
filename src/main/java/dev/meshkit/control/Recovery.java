package dev.meshkit.control;

import dev.meshkit.queue.Audit;
import java.time.Duration;

/**
 * An order to go on without the voters that are lost.
 *
 * @param scope which scope, as a person wrote it
 * @param cluster the cluster's name, as whoever orders it knows it
 * @param by who, {@code uid@node}, and why
 * @param dryRun only say what would change
 * @param within how long to wait for the answer
 */
public record Recovery(String scope, String cluster, Audit by, boolean dryRun, Duration within) {}
