/**
 * What a node is told before it starts: one record a section, with defaults, ranges and relations.
 *
 * <p>Read first: {@link dev.meshkit.config.MeshConfig}, then the section you need; each component
 * says its unit, range, default and what it trades.
 *
 * <p>Invariants: a configuration that breaks a range or a relation cannot be made; it is loaded
 * once and never read from inside. Imports {@code api} only.
 */
@NullMarked
package dev.meshkit.config;

import org.jspecify.annotations.NullMarked;
