package dev.meshkit.api;

import java.time.Duration;

/** A message that is durably queued. Thread-safe. */
public interface Sent {
  /** The queue's number for it, as {@code meshkit queue} and {@code trace} show it. */
  long id();

  /** The token the receiver's handler will see. */
  Token token();

  /**
   * Blocks until the receiver applied it, it died, or {@code wait} is over ({@code error.timeout}:
   * it stays queued). {@code error.message.dead} if it died, however long ago and whether or not it
   * is still among the dead, if it was canceled, or dropped for want of room ({@code
   * queue.limit.on_full}). {@code error.not_found} if so much was removed from the dead since its
   * end that nobody knows how it was: it may have been applied. After a restart of this node only
   * the tables know.
   *
   * <p>Ok of one of class STATE also means that it is over without harm: a newer one has taken its
   * place, or its time to live was over and it was dropped. Who must know that one was applied
   * sends it in another class.
   */
  Result<Unit> await(Duration wait) throws InterruptedException;
}
