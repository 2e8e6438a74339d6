package dev.meshkit.grpc;

import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Turns what arrives on a stream into the callbacks of a server call. Confined to the call's lane,
 * but for {@link #request}.
 *
 * @param <A> a request
 */
final class RequestReader<A> {
  private final MessageInbox<A> inbox;
  private ServerCall.@Nullable Listener<A> listener; // absent until the handler has returned it
  private boolean ended;
  private volatile boolean halfCloseTold;
  private boolean over;

  RequestReader(MessageInbox<A> inbox) {
    this.inbox = inbox;
  }

  /** Asks for more messages; true if they may be here already. Any thread. */
  boolean request(int messages) {
    return inbox.request(messages);
  }

  void listener(ServerCall.Listener<A> value) {
    listener = value;
  }

  void data(ByteBuf bytes) {
    inbox.add(bytes);
  }

  void end() {
    ended = true;
  }

  /**
   * Gives out what may be given out.
   *
   * @throws StatusException if the client broke the framing, a limit, or a message
   */
  void deliver() throws StatusException {
    var to = listener;
    if (to == null || over) return;
    inbox.pump(to::onMessage);
    if (over || !ended || halfCloseTold || !inbox.isEmpty()) return;
    if (inbox.endsInsideMessage()) {
      throw Status.INTERNAL.withDescription("the request ended inside a message").asException();
    }
    halfCloseTold = true;
    to.onHalfClose();
  }

  void ready() {
    if (listener != null && !over) listener.onReady();
  }

  /** Whether the request was given out to its end. Any thread. */
  boolean isComplete() {
    return halfCloseTold;
  }

  /** Nothing more will be given out: the call was closed by its handler. */
  void stop() {
    inbox.close();
  }

  void cancel() {
    if (over) return;
    over = true;
    inbox.close();
    if (listener != null) listener.onCancel();
  }

  void complete() {
    if (over) return;
    over = true;
    inbox.close();
    if (listener != null) listener.onComplete();
  }
}
