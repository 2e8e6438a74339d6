package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import java.time.Duration;

/**
 * What a listener serves. The peer of each call has passed every check. Called from many threads.
 */
public interface MeshService {
  /**
   * Judges a peer's Hello and answers with our own; an error refuses the call with its text. Must
   * not block.
   */
  Result<Bytes> hello(NodeId from, Family family, Bytes hello);

  /**
   * Takes over a duplex call whose Hello was accepted, and begins it: the caller hears our Hello
   * only then, so what it does next finds the call in its place. Must not block.
   *
   * @param stream the call
   * @param hello what the peer said of itself
   */
  void accept(ByteStream stream, Bytes hello);

  /**
   * The round trip to a peer that dialled us, as it has measured it and says; zero if it has not.
   * Must not block.
   */
  default void measured(NodeId from, Duration roundTrip) {}

  /** Answers a {@code Sync}; may block for 2 s. */
  Result<Bytes> sync(NodeId from, Bytes request) throws InterruptedException;

  /** Answers a {@code Command}; may block for 10 s. Who leads nothing refuses. */
  default Result<Bytes> command(NodeId from, Bytes request) throws InterruptedException {
    return Result.err(
        MeshError.unavailable(
            "answer a command of " + from, "nothing here is led", "ask the node that leads"));
  }
}
