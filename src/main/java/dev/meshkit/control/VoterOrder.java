package dev.meshkit.control;

import dev.meshkit.control.proto.ChangeVotersRequest;
import dev.meshkit.queue.Audit;
import java.time.Duration;

/**
 * An order to change who votes.
 *
 * @param scope in which scope, as a person wrote it
 * @param what ADD, REMOVE or RANK
 * @param node who, as a person wrote it
 * @param rank its place among those who may lead; of RANK and ADD
 * @param by who, {@code uid@node}, and why
 * @param dryRun only say what would change
 * @param within how long to wait for the answer
 */
public record VoterOrder(
    String scope,
    ChangeVotersRequest.Op what,
    String node,
    int rank,
    Audit by,
    boolean dryRun,
    Duration within) {}
