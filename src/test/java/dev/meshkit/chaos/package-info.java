/**
 * Real processes, real kills; one oracle: nothing acknowledged is lost, nothing is applied twice,
 * never two leaders with one fence.
 *
 * <p>Read first: {@link dev.meshkit.chaos.Chaos}, the main class of {@code make chaos}.
 */
@NullMarked
package dev.meshkit.chaos;

import org.jspecify.annotations.NullMarked;
