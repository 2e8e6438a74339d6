/**
 * The front door: {@code MeshKit.builder(config).on(topic, handler).open()}.
 *
 * <p>Read first: {@link dev.meshkit.MeshKit}; then {@link dev.meshkit.api.Mesh}, what it opens, and
 * {@link dev.meshkit.config.MeshConfig}, what it is told.
 *
 * <p>Imports only {@code node} and layer 0. Nothing here does more than forward.
 */
@NullMarked
package dev.meshkit;

import org.jspecify.annotations.NullMarked;
