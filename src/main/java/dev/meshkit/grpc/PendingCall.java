package dev.meshkit.grpc;

import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.netty.handler.codec.http3.Http3Headers;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits for a stream.
 *
 * @param stream its own, not yet open
 * @param fields the head of its request
 * @param deadline its deadline, if it has one
 * @param options its options
 * @param events told what becomes of it
 */
record PendingCall(
    CallStream stream,
    Http3Headers fields,
    @Nullable Deadline deadline,
    CallOptions options,
    Events events) {

  /** What becomes of a call that waits. On the event loop. */
  interface Events {
    /** It was opened on this connection. */
    void opened(Connection connection);

    /** The server processed none of it: it waits once more. */
    void again();
  }

  /** The head of the request, with what is left of the deadline now. */
  Http3Headers fieldsNow() {
    if (deadline != null) {
      fields.set("grpc-timeout", TimeoutCodec.encode(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    }
    return fields;
  }

  int urgency() {
    return options.getOption(Http3ChannelBuilder.URGENCY);
  }
}
