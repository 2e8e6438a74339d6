/**
 * What a running node shows of itself: flight recorder events and meters.
 *
 * <p>Read first: {@link dev.meshkit.observe.RpcCallEvent} for the form of an event.
 *
 * <p>Events are committed by loops and adapters, never by cores. No field holds a message body or a
 * secret. Nothing here is static state: a node makes its own meters. Imports no other package of
 * MeshKit.
 */
@NullMarked
package dev.meshkit.observe;

import org.jspecify.annotations.NullMarked;
