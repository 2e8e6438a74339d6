package dev.meshkit.transport;

import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/**
 * Counts streams of peers that end because one frame is larger than any may be. It is not read to
 * its end, so nothing of it comes to the stream, which only learns that it is over. Thread-safe.
 */
final class Oversize extends ServerStreamTracer.Factory {
  private static final ServerStreamTracer UNWATCHED = new ServerStreamTracer() {}; // a question

  private final Meters meters;

  Oversize(Meters meters) {
    this.meters = meters;
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

    Ended(Meters meters, Family family) {
      this.meters = meters;
      this.family = family;
    }

    @Override
    public void streamClosed(Status status) {
      if (status.getCode() != Status.Code.RESOURCE_EXHAUSTED) return;
      meters.count(Metric.STREAM_DROPS_TOTAL, family.name(), "too_large");
    }
  }
}
