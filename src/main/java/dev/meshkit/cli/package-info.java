/**
 * The command {@code meshkit}: one class a verb, tables and JSON, exit codes.
 *
 * <p>Read first: {@link dev.meshkit.cli.Main}, {@link dev.meshkit.cli.Ask}, {@link
 * dev.meshkit.cli.ExitCode}, {@link dev.meshkit.cli.AgentCommand}, {@link
 * dev.meshkit.cli.DemoCommand}.
 *
 * <p>Flow: picocli fills a verb's options → {@code Ask} finds the node's socket and asks it → the
 * answer, a message of {@code admin.proto}, is printed as it is ({@code -o json}) or as a table.
 *
 * <p>Invariants: stdout is data, stderr is talk; every failure is three lines (what, why, fix) with
 * a code, and an exit status of {@code ExitCode}; what a peer wrote never reaches the terminal as
 * an escape. Imports {@code dev.meshkit}, control, config and layer 0 only.
 */
@NullMarked
package dev.meshkit.cli;

import org.jspecify.annotations.NullMarked;
