package dev.meshkit.gossip;

import java.time.Instant;

/**
 * All that a step may know of the world.
 *
 * @param now the monotonic clock; never falls between steps
 * @param wall the wall clock; only the first generation and the check of greetings read it
 * @param chance 64 fresh random bits, expanded within the step
 */
public record Facts(Instant now, Instant wall, long chance) {}
