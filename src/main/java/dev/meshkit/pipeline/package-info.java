/**
 * Fallible steps that compose: all, race, retry, timeout, compensate, select, merge, broadcast,
 * window, tap, collect.
 *
 * <p>Read first: {@link dev.meshkit.pipeline.Step}, {@link dev.meshkit.pipeline.Compensation},
 * {@link dev.meshkit.pipeline.All}, {@link dev.meshkit.pipeline.Select}.
 *
 * <p>A step blocks; failing is returning {@code Err}; cancelling is interrupting; concurrency is a
 * known set of forks, joined before the call returns. There are three ways out of a call and no
 * fourth: a {@code Result}; {@link InterruptedException}, when the caller was cancelled and all
 * that was forked has ended and been undone; an unchecked exception, which is a bug, after the
 * siblings were cancelled and undone.
 *
 * <p>When to use it: several things are opened, made or changed one after the other and must be
 * taken back if a later one fails, or in the end ({@link dev.meshkit.pipeline.Compensation}; so a
 * node starts and stops); two directions of one connection must live and die together ({@code
 * All.of}, or {@code Race.of} where any end ends both); several things are ended at once and each
 * is waited for ({@code All.settled}), within one time ({@link dev.meshkit.pipeline.Timeout}); one
 * thread writes what another reads ({@link dev.meshkit.pipeline.Inlet}).
 *
 * <p>In MeshKit only {@code link}, {@code control} and {@code node} may import it, whatever would
 * be shorter elsewhere: {@code api} and {@code runtime} are what it stands on; {@code queue},
 * {@code store}, {@code security}, {@code grpc} and {@code transport} stand without it, so that
 * each can be used alone ({@code ShapeTest} holds them to it).
 *
 * <p>When not to use it:
 *
 * <ul>
 *   <li>One blocking call that leaves nothing behind needs no step, one resource that ends with its
 *       block needs no compensation: that is try-with-resources. A compensation runs on a thread of
 *       its own and only pays where not everything that was begun is also ended.
 *   <li>A loop that owns state needs a {@code Mailbox} and a {@code switch}, not a {@code Select}.
 *   <li>A pause that news may cut short, or a schedule that a state machine keeps, is no {@code
 *       Retry}: redialling a peer belongs to whoever knows why it is dialled.
 *   <li>A question to many whose answers are counted is {@code runtime.Fanout} with a {@code Tally}
 *       (votes, a quorum); {@code Race} is for one answer that is enough.
 *   <li>What must not block, such as handing one message to many mailboxes, is a plain loop of
 *       offers: {@code Broadcast} costs a buffer for each.
 *   <li>What was promised to somebody else cannot be compensated. Keep the scope before it is
 *       promised.
 *   <li>A list in memory needs a plain stream.
 * </ul>
 *
 * <p>Imports only {@code api} and {@code runtime}, so it is usable without a mesh. What goes wrong
 * beside an outcome is a flight recorder event of this package: {@code meshkit.SlowCancel}, {@code
 * meshkit.LateException}, {@code meshkit.CompensationFailed}, {@code meshkit.TapFault}.
 */
@NullMarked
package dev.meshkit.pipeline;

import org.jspecify.annotations.NullMarked;
