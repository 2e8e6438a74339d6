/**
 * Real processes of MeshKit, started as people start them, for benchmarks and chaos.
 *
 * <p>Read first: {@link dev.meshkit.process.Agent}. Nothing here knows the inside of a node: it
 * sees standard output, the HTTP port and what the kernel tells of a process. What a test plants in
 * the program of a process is that test's own ({@link dev.meshkit.process.Plant}).
 */
@NullMarked
package dev.meshkit.process;

import org.jspecify.annotations.NullMarked;
