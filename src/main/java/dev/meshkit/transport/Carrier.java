package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What carries the calls of one {@link Road}: a gRPC channel, or a legacy connection. */
interface Carrier {
  /** What can be asked with one request. */
  enum Asked {
    /** Anti-entropy. */
    SYNC,
    /** A change of a scope, or a wish about who leads it. */
    COMMAND,
    /** A sign of life. */
    PROBE
  }

  /**
   * A duplex call to open.
   *
   * @param peer whose road it is
   * @param family which call
   * @param hello ours
   * @param log of the call
   * @param whenEnded runs once
   */
  record Opening(NodeId peer, Family family, Bytes hello, RpcLog log, Runnable whenEnded) {}

  /** Opens a duplex call and begins it; the peer's Hello comes later. Never blocks. */
  ByteStream open(Opening opening);

  /** Asks; blocks at most {@code patience}. Interrupted, it throws with the flag set. */
  Bytes ask(Asked what, Bytes request, Duration patience) throws StatusRuntimeException;

  /** Whether the peer wants what is open here to be opened anew, on another connection. */
  boolean isSentAway();

  /** {@code sentAway} runs when it does, perhaps more than once; at once if it does already. */
  void watch(Runnable sentAway);

  /**
   * When anything last came, by the monotonic clock; empty if it ends by itself when its peer is
   * silent for too long, so that nobody else need judge that.
   */
  Optional<Instant> heard();

  /** Takes no new calls. */
  void drain();

  /** Blocks until the calls have ended, at most {@code patience}; whether they have. */
  boolean awaitEnd(Duration patience) throws InterruptedException;

  /** Ends every call at once. Never blocks. */
  void abandon();
}
