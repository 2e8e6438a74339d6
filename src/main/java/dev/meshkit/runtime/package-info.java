/**
 * Time, chance and threads: the only package that reads a clock, draws at random, or uses preview
 * API.
 *
 * <p>Read first: {@link dev.meshkit.runtime.Mailbox}, {@link dev.meshkit.runtime.Clocks}, {@link
 * dev.meshkit.runtime.Fanout}, {@link dev.meshkit.runtime.Loops}.
 *
 * <p>Structured concurrency is a preview API on JDK 25, so only {@code Fanout} and {@code Loops}
 * carry the preview mark. Imports no other package of MeshKit.
 */
@NullMarked
package dev.meshkit.runtime;

import org.jspecify.annotations.NullMarked;
