/**
 * Builds the objects of a node, runs its fixed set of loops, performs what the cores decide, and
 * drains in reverse order.
 *
 * <p>Read first: {@link dev.meshkit.node.NodeEvent}.
 *
 * <p>Flow: {@code Node.open} reads who it is, opens both databases, makes the cores, their
 * mailboxes and loops, binds listeners and doors, and only then starts the loops and takes
 * messages: until all that can fail has succeeded it promises nothing, so a start that fails can be
 * undone. A loop takes an input, steps its core, performs the effects. What was acknowledged is on
 * disk before anyone hears of it. A stop ends what the start began, in reverse.
 *
 * <p>Invariants: each loop owns its state; loops meet in mailboxes and in the store only; the first
 * loop that fails stops the node.
 */
@NullMarked
package dev.meshkit.node;

import org.jspecify.annotations.NullMarked;
