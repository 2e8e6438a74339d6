package dev.meshkit.api;

/** Where work in a transaction puts messages for peers, so that they go out if it commits. */
@FunctionalInterface
public interface Outbox {
  /** The header in which a message carries the token of the effect that sent it, in hexadecimal. */
  String TOKEN = "meshkit-effect";

  /**
   * Queues a message in the transaction {@code tx}: it is sent if that commits, and else never was.
   * Does not block. What cannot be queued throws {@link MeshException}, which undoes the rest.
   *
   * @param token names the deed; the message carries it in {@link #TOKEN}
   * @return the queue's number of it
   */
  long send(LocalTx tx, NodeId to, Message message, Token token);
}
