package dev.meshkit.api;

/**
 * Takes the messages of one topic. Runs on a virtual thread, for one message of a lane at a time,
 * so it may block.
 *
 * <p>Called at least once a message; the inbox drops repetitions, so what an {@link
 * Disposition.Ack} does in its transaction happens exactly once. Acks without work are committed
 * together: after a crash as many as 256 messages of a lane are handled again. {@code Retry} and
 * {@code Snooze} hold the lane. A handler that takes longer than {@code queue.inbox.max_run}, 30 s,
 * for one message is interrupted, which counts as {@code Retry} whatever it says then.
 */
@FunctionalInterface
public interface Handler {
  /** Handles one message; an exception other than interruption counts as {@code Retry}. */
  Disposition handle(Received message) throws InterruptedException;
}
