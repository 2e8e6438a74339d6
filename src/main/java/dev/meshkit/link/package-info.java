/**
 * One supervised duplex link a peer: the two roads of a message, out and in.
 *
 * <p>Read first: {@link dev.meshkit.link.Links}, {@link dev.meshkit.link.Duplex}, {@link
 * dev.meshkit.link.Dispatcher}.
 *
 * <p>Flow out: a loop calls {@code Links.send}, which queues the frame on the peer's live stream
 * and never blocks; a writer thread sends it. Flow in: a reader thread hands each frame to {@code
 * Dispatcher}, which decodes it and offers it to a loop's mailbox.
 *
 * <p>Invariants: each pair of nodes has at most one live Stream and one live Elect; whichever of
 * reader and writer ends cancels the other; hostile or broken input ends a call or is dropped and
 * counted, and never stops the node. Nothing here keeps a frame for later: what is dropped is lost.
 */
@NullMarked
package dev.meshkit.link;

import org.jspecify.annotations.NullMarked;
