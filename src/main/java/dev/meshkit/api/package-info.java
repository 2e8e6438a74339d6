/**
 * What an application sees of MeshKit: its nouns, and send, handle and lead.
 *
 * <p>Read first: {@link dev.meshkit.api.Mesh}, {@link dev.meshkit.api.Result}, {@link
 * dev.meshkit.api.MeshError}.
 *
 * <p>Invariants: every record validates itself and copies what it is given; no type here starts a
 * thread, reads a clock or opens anything. What a caller must handle is a value, never a checked
 * exception. Nothing in here imports another package of MeshKit.
 */
@NullMarked
package dev.meshkit.api;

import org.jspecify.annotations.NullMarked;
