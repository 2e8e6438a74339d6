/**
 * Benchmarks of the whole system, each beside a peer in the same run.
 *
 * <p>Read first: {@link dev.meshkit.bench.Bench}, the main class of {@code make bench}. Each leaves
 * {@code target/bench/<name>.json}. Numbers of one run on one machine; only ratios travel.
 */
@NullMarked
package dev.meshkit.bench;

import org.jspecify.annotations.NullMarked;
