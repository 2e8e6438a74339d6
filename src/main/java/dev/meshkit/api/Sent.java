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
   * it stays queued). After a restart of this node only the tables know.
   *
   * <p>Of class STATE it also means that it is over without harm: a newer one has taken its place,
   * or its time to live was over and it was dropped. Who must know that one was applied sends it in
   * another class.
   */
  Result<Unit> await(Duration wait) throws InterruptedException;
}
