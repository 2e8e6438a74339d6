/**
 * Which version of a change runs here, and every effect of it once.
 *
 * <p>Read first: {@link dev.meshkit.gate.DeterministicGate}, {@link
 * dev.meshkit.gate.DeterministicEffectStore}, {@link dev.meshkit.gate.Effects}, {@link
 * dev.meshkit.gate.Change}.
 *
 * <p>Flow: a quorum commits an entry; the node hands it to {@code DeterministicGate.adopt}, which
 * writes it and publishes one snapshot; {@code decide} reads that. {@code execute} pins a run to
 * the version decided and runs its branch; each effect of it is recorded in the store before
 * anybody relies on it, and replayed from there ever after.
 *
 * <p>Invariants: one pure rule decides, so that the same entry, support and subject give the same
 * version everywhere; a run keeps its version to its end; interruption, shutdown and what may be
 * different next time are never recorded as outcomes; the gate records decisions, never what a
 * service loop came to.
 *
 * <p>Imports {@code store} and layer 0 only.
 */
@NullMarked
package dev.meshkit.gate;

import org.jspecify.annotations.NullMarked;
