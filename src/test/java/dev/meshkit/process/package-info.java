/**
 * Real processes of MeshKit, started as people start them, for benchmarks and chaos.
 *
 * <p>Read first: {@link dev.meshkit.process.Agent}. Nothing here knows the inside of a node: it
 * sees standard output, the HTTP port and what the kernel tells of a process.
 */
@NullMarked
package dev.meshkit.process;

import org.jspecify.annotations.NullMarked;
