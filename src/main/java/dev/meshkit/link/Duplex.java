package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.util.Optional;

/**
 * One life of a duplex call with a peer. Sending and receiving may be done by two threads at once,
 * each by one only.
 */
public interface Duplex extends AutoCloseable {
  /** Whose certificate the far side holds. */
  NodeId peer();

  /**
   * Sends a frame; blocks while the peer does not keep up. False once the call is over: the frame,
   * and perhaps some before it, did not arrive.
   */
  boolean send(Bytes frame) throws InterruptedException;

  /** The next frame; blocks for it. Empty once the call is over, however it ended. */
  Optional<Bytes> receive() throws InterruptedException;

  /**
   * Whether another road has taken the place of this call's: it goes on, and is to be opened anew
   * where that loses nothing.
   */
  default boolean isRetired() {
    return false;
  }

  /** Whether it is known to be over. */
  default boolean isOver() {
    return false;
  }

  /** Ends the call at once and wakes whoever blocks in it. Idempotent, never blocks. */
  @Override
  void close();
}
