package dev.meshkit.transport;

import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;

/**
 * What every road needs.
 *
 * @param clocks time
 * @param meters counts
 */
public record RoadTools(Clocks clocks, Meters meters) {}
