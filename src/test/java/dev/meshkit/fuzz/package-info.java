/**
 * Fuzzing of everything that reads what a stranger wrote, with Jazzer's own driver.
 *
 * <p>Read first: {@link dev.meshkit.fuzz.FuzzTarget}, then a target, such as {@code
 * dev.meshkit.grpc.DeframerFuzz}, which stands beside what it fuzzes; {@link
 * dev.meshkit.fuzz.Targets} lists them all.
 *
 * <p>Flow: {@code make fuzz} runs {@link dev.meshkit.fuzz.Fuzz}, which starts a JVM a target, lets
 * Jazzer mutate the corpus there, and then plays the inputs it found again, uninstrumented, under
 * the exact bound on allocation. The corpus is the target's own seeds and {@code
 * src/test/fuzz/<target>}, where every input that ever broke something stays; {@code make test}
 * plays it too.
 *
 * <p>Oracle, security.md §14: no exception but the declared one, no allocation beyond {@link
 * dev.meshkit.fuzz.Meter}'s bound. How long the slowest call took is told and decides nothing.
 */
@NullMarked
package dev.meshkit.fuzz;

import org.jspecify.annotations.NullMarked;
