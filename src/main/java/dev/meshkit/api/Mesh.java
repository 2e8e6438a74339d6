package dev.meshkit.api;

import java.util.List;
import java.util.SortedMap;
import java.util.function.Predicate;

/**
 * A running node, as the application that embeds it sees it. Thread-safe.
 *
 * <p>Handlers are registered before it opens: {@code MeshKit.builder(config).on(topic,
 * handler).open()}.
 */
public interface Mesh extends AutoCloseable {
  /** Who this node is. */
  NodeId self();

  /** Where peers reach this node: a seed for those that join it. */
  Endpoint endpoint();

  /**
   * Queues a message for a peer. Durable when it returns Ok: it survives crashes of both ends,
   * keeps its order among this node's messages of its class to that peer, and is applied once.
   * Blocks for one commit, longer when the queue is full ({@code error.queue.full} in the end).
   */
  Result<Sent> send(NodeId to, Message message, SendOptions options) throws InterruptedException;

  /** {@link #send(NodeId, Message, SendOptions)} of a message like any other. */
  default Result<Sent> send(NodeId to, Message message) throws InterruptedException {
    return send(to, message, SendOptions.BULK);
  }

  /** {@link #send(NodeId, Message)} of a body without headers. */
  default Result<Sent> send(NodeId to, String topic, Bytes body) throws InterruptedException {
    return send(to, Message.of(topic, body));
  }

  /**
   * Queues a message for each member that this node sees now and that has not said goodbye, this
   * node excepted: for all or for none, in one commit; who joins later gets nothing. Each copy is a
   * message of its own from then on, so that one member's failure delays no other. All copies
   * together have at most 16 MiB, else {@code error.validation}. By receiver; otherwise as {@link
   * #send(NodeId, Message, SendOptions)}.
   */
  default Result<SortedMap<NodeId, Sent>> broadcast(Message message, SendOptions options)
      throws InterruptedException {
    return broadcast(message, options, _ -> true);
  }

  /** The same to those of the members that {@code among} holds for: a region's, or a label's. */
  Result<SortedMap<NodeId, Sent>> broadcast(
      Message message, SendOptions options, Predicate<Member> among) throws InterruptedException;

  /** The members this node sees, itself included, by name. Never blocks. */
  List<Member> members();

  /** Who leads each scope this node has heard of, by scope. Never blocks. */
  List<ScopeLeader> leaders();

  /**
   * This node's database, for tables of the application's own: they change together with what a
   * {@link Handler} acknowledges. Never blocks; once the node stops it refuses.
   */
  LocalStore store();

  /**
   * This node's part in leading {@code scope}. Never blocks.
   *
   * @throws MeshException {@code error.validation}: this node does not vote in it
   */
  Leadership leadership(Scope scope);

  /**
   * Blocks until this node has stopped, whoever stopped it, and says why. A node that has failed
   * has stopped sending, acknowledging and leading before this returns.
   */
  Stopped awaitStop() throws InterruptedException;

  /** Leaves in order and stops: authority off, no new leases, goodbye, files closed. Idempotent. */
  @Override
  void close();
}
