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
 * <p>When not to use it: one blocking call that cannot be undone needs no step; a loop that owns
 * state needs a {@code Mailbox} and a {@code switch}; a list in memory needs a plain stream.
 *
 * <p>Imports only {@code api}, {@code runtime} and {@code observe}, so it is usable without a mesh.
 */
@NullMarked
package dev.meshkit.pipeline;

import org.jspecify.annotations.NullMarked;
