package dev.meshkit.grpc;

import io.grpc.CallOptions;
import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits for a stream.
 *
 * @param stream its own, not yet open
 * @param fields the head of its request
 * @param deadline its deadline, if it has one
 * @param options its options
 * @param opened told on which connection it was opened
 */
record PendingCall(
    CallStream stream,
    FieldSection fields,
    @Nullable Deadline deadline,
    CallOptions options,
    Consumer<Connection> opened) {

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
