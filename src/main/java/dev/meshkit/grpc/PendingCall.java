package dev.meshkit.grpc;

import io.grpc.CallOptions;
import io.grpc.Deadline;
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
    FieldSection fields,
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
  FieldSection fieldsNow() {
    if (deadline == null) return fields;
    var left = deadline.timeRemaining(TimeUnit.NANOSECONDS);
    return fields.copy().add("grpc-timeout", TimeoutCodec.encode(left));
  }

  int urgency() {
    return options.getOption(Http3ChannelBuilder.URGENCY);
  }
}
