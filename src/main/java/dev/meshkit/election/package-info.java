/**
 * Who leads a scope, until when, and what its voters have agreed on: Raft's election without a log,
 * around one small replicated record, as a pure core.
 *
 * <p>Read first: {@link dev.meshkit.election.Election}, the step function; {@link
 * dev.meshkit.election.State}; {@link dev.meshkit.election.Input} and {@link
 * dev.meshkit.election.Effect}, all that goes in and out.
 *
 * <p>Flow: {@code node.ElectionLoop} waits for an input or for {@code State.due()}, calls {@code
 * step}, hands the effects to {@link dev.meshkit.election.Outbox}, and performs what it lets
 * through. What must be durable before it is heard of is stamped with the number of the persist it
 * waits for; {@code StorageDone} comes back as an input, so a slow disk never delays a heartbeat.
 *
 * <p>Invariants (S1–S14 of the election design): one leader a term, one vote a term and voter
 * across crashes, terms and record ids never decrease, nothing that depends on a state leaves
 * before that state is durable, authority ends before the promises it rests on.
 *
 * <p>The rules are split by role: {@code Voter}, {@code Candidate}, {@code Leader}, {@code
 * Handover}, {@code Electorate}, {@code Proposer}. Imports only {@code java.lang}, {@code
 * java.util}, {@code java.time}, {@code api} and {@code runtime.Tally}: no clock, thread, socket,
 * disk or log.
 */
@NullMarked
package dev.meshkit.election;

import org.jspecify.annotations.NullMarked;
