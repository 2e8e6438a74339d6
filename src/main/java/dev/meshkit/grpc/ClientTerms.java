package dev.meshkit.grpc;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every call of a channel.
 *
 * @param authority meant by {@code :authority}, unless the call has its own
 * @param executor runs callbacks, unless the call has its own; absent = a virtual thread a call
 * @param requests makes the heads of requests
 * @param codecs encodings known
 * @param limits sizes accepted
 */
record ClientTerms(
    String authority,
    RequestFields requests,
    @Nullable Executor executor,
    Codecs codecs,
    Limits limits) {

  /** The lane of a call. */
  Lane lane(MethodDescriptor<?, ?> method, CallOptions options) {
    var chosen = options.getExecutor() == null ? executor : options.getExecutor();
    return chosen == null
        ? new ThreadLane("grpc " + method.getFullMethodName())
        : new TaskLane(chosen);
  }

  /** The limits of a call. */
  Limits limits(CallOptions options) {
    var own = options.getMaxInboundMessageSize();
    return own == null ? limits : limits.withMessageBytes(own);
  }
}
