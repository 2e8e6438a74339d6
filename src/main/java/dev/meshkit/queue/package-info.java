/**
 * Durable tasks: ready, leased, settled or dead, in lanes that keep their order.
 *
 * <p>Read first: {@link dev.meshkit.queue.SafeTaskQueue}, {@link dev.meshkit.queue.QueueFile},
 * {@link dev.meshkit.queue.Lease}, {@link dev.meshkit.queue.Settled}, {@link
 * dev.meshkit.queue.TaskQueuePump}, {@link dev.meshkit.queue.Inbox}.
 *
 * <p>Flow: {@code enqueue} commits a task into a lane; {@code lease} commits its attempt and a
 * fence before any worker sees it; {@code settle} ends the lease in one transaction with what the
 * worker did. A process that dies leaves its leases behind; the next start reclaims them all,
 * charged.
 *
 * <p>Invariants: only a task's newest fence settles it, any other is {@link
 * dev.meshkit.queue.Settled.Stale} and changes nothing; lane counters change with the rows they
 * count; nothing is dropped silently: a task ends acknowledged or as a row in {@code dead}.
 *
 * <p>Imports {@code store} and layer 0 only.
 */
@NullMarked
package dev.meshkit.queue;

import org.jspecify.annotations.NullMarked;
