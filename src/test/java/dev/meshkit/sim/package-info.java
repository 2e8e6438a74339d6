/**
 * A whole mesh in virtual time from one seed: the real cores, with clock, chance, network and disk
 * as models.
 *
 * <p>Read first: {@link dev.meshkit.sim.Simulation} (the engine), {@link dev.meshkit.sim.SimNode}
 * (a node without threads), {@link dev.meshkit.sim.Nemesis} (faults as data), {@link
 * dev.meshkit.sim.Oracle} (what must never happen).
 *
 * <p>The flow: a {@link dev.meshkit.sim.Scenario} and a seed make nodes and a schedule of faults;
 * the engine pops events in the order of (virtual time, tie, number), each ends in at most one step
 * of one core; what the step did becomes {@link dev.meshkit.sim.Sight}s, which the oracles judge at
 * once.
 *
 * <p>Invariants: a run is a pure function of (scenario, seed): one thread, no clock, no hash order,
 * no static state that changes; chance is counter-based, so that taking one fault away changes no
 * other draw. Nothing here imports node, transport, store or link: what those do is modelled, and
 * what they share with the simulator lies in the cores.
 */
@NullMarked
package dev.meshkit.sim;

import org.jspecify.annotations.NullMarked;
