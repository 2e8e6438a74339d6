/**
 * Whether the simulator's time is that of real processes: the same faults in both, on the same
 * machine, medians side by side (V34).
 *
 * <p>Read first: {@link dev.meshkit.bench.model.ModelBench}, then {@code Fleet}.
 */
@NullMarked
package dev.meshkit.bench.model;

import org.jspecify.annotations.NullMarked;
