/**
 * The pipelines beside plain Java, one contest a JVM: {@code Ring} is the main class of each.
 *
 * <p>Read first: {@link dev.meshkit.bench.pipeline.Duel}, how two sides are measured; then {@code
 * Chains}, {@code Streams}, {@code Forks}, {@code Flows} and {@code Broadcasts}, what they do.
 *
 * <p>Not JMH: it measures one side after the other, in JVMs of their own, on a shared machine where
 * the ratio is what counts. Here each contest has a JVM of its own, and its two sides take turns in
 * it: forty-one short rounds, since the machine's speed changes by the second. Both are warmed up
 * in turns, and all that comes out is summed and both sums are compared.
 */
@NullMarked
package dev.meshkit.bench.pipeline;

import org.jspecify.annotations.NullMarked;
