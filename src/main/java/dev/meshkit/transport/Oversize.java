package dev.meshkit.transport;

import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts streams of peers that end because one frame is larger than any may be. It is not read to
 * its end, so nothing of it comes to the stream, which only learns that it is over, and asks here
 * for what. Thread-safe.
 */
final class Oversize extends ServerStreamTracer.Factory {
  private static final ServerStreamTracer UNWATCHED = new ServerStreamTracer() {}; // a question
  private static final Context.Key<Ended> ENDED = Context.key("meshkit-oversize");

  /**
   * How whoever refuses a message for its size says so: {@code Deframer} of ours, {@code
   * MessageDeframer} of grpc-netty, and {@link #of}. The code alone says less: it is that of slow
   * takers and of headers that nobody takes, too.
   */
  private static final String SAID = "message exceeds";

  private final Meters meters;

  Oversize(Meters meters) {
    this.meters = meters;
  }

  /** What a stream of a family ends with that brought so many bytes at once. */
  static Status of(int bytes, Family family) {
    return Status.RESOURCE_EXHAUSTED.withDescription(
        "message exceeds the limit of %d bytes on %s: %d bytes"
            .formatted(family.maxFrameBytes(), family, bytes));
  }

  /** Asks, once the call of this context is over, whether it was that, and of what size. */
  static Supplier<Optional<Status>> watching(Context call) {
    var tracer = ENDED.get(call);
    return tracer == null ? Optional::empty : tracer::tooLarge;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    for (var family : Family.values()) {
      if (family.method().equals(method)) return new Ended(meters, family);
    }
    return UNWATCHED;
  }

  private static final class Ended extends ServerStreamTracer {
    private final Meters meters;
    private final Family family;
    private volatile @Nullable Status tooLarge;

    Ended(Meters meters, Family family) {
      this.meters = meters;
      this.family = family;
    }

    Optional<Status> tooLarge() {
      return Optional.ofNullable(tooLarge);
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(ENDED, this);
    }

    /** Comes before the stream's own last callback. */
    @Override
    public void streamClosed(Status status) {
      if (!isTooLarge(status)) return;
      tooLarge = status;
      meters.count(Metric.STREAM_DROPS_TOTAL, family.name(), "too_large");
    }

    private static boolean isTooLarge(Status status) {
      var said = status.getDescription();
      return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
          && said != null
          && said.contains(SAID);
    }
  }
}
