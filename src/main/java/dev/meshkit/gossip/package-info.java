/**
 * Who is in the mesh and what each node says of itself: SWIM with Lifeguard as a pure core.
 *
 * <p>Read first: {@link dev.meshkit.gossip.Merge}, on which everything rests; {@link
 * dev.meshkit.gossip.Gossip}, the step function; {@link dev.meshkit.gossip.Input} and {@link
 * dev.meshkit.gossip.Effect}, all that goes in and out.
 *
 * <p>Flow: {@code node.GossipLoop} waits for an input or for {@code due()}, calls {@code step}, and
 * performs the effects; what they yield comes back as inputs. Membership is a join-semilattice, so
 * order and repetition of news cannot matter; <em>status</em> is what one observer makes of it.
 *
 * <p>Invariants: an observer's key of a node never falls unless the node is forgotten; only the
 * subject raises its life; no frame leaves before the generation is durable; equal inputs and facts
 * give equal effects, so nothing here iterates in hash order.
 *
 * <p>Imports only {@code java.lang}, {@code java.util}, {@code java.time} and {@code api}: no
 * clock, thread, socket, disk or log.
 */
@NullMarked
package dev.meshkit.gossip;

import org.jspecify.annotations.NullMarked;
