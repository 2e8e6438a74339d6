package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.grpc.Http3ChannelBuilder;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Calls on a gRPC channel, over HTTP/3 or HTTP/2.
 *
 * @param channel to one peer
 * @param connects its connections
 * @param lastHeard when anything last came on them; empty if the channel judges silence
 */
record GrpcCarrier(ManagedChannel channel, Connects connects, Supplier<Optional<Instant>> lastHeard)
    implements Carrier {
  /** On a channel that looks after its peer's silence by itself, as HTTP/3 does. */
  GrpcCarrier(ManagedChannel channel, Connects connects) {
    this(channel, connects, Optional::empty);
  }

  /** In no context: a stream is not over when that of whoever happened to open it is. */
  @Override
  public ByteStream open(Opening opening) {
    var before = Context.ROOT.attach();
    try {
      return opened(opening);
    } finally {
      Context.ROOT.detach(before);
    }
  }

  private ByteStream opened(Opening opening) {
    var family = opening.family();
    var options = CallOptions.DEFAULT.withOption(Http3ChannelBuilder.URGENCY, family.urgency());
    var call = channel.newCall(Methods.duplex(family), options);
    var stream =
        new ByteStream(
            opening.peer(), family, new Wire.Client(call), opening.log(), opening.whenEnded());
    var headers = new Metadata();
    headers.put(Hello.KEY, opening.hello().toArray());
    call.start(new Answers(stream), headers);
    stream.begin();
    return stream;
  }

  @Override
  public Bytes ask(Asked what, Bytes request, Duration patience) {
    var options = CallOptions.DEFAULT.withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS);
    return switch (what) {
      case SYNC, COMMAND ->
          ClientCalls.blockingUnaryCall(channel, Methods.unary(what), options, request);
      case PROBE ->
          ClientCalls.blockingUnaryCall(
              channel,
              Methods.PROBE,
              options.withOption(Http3ChannelBuilder.URGENCY, Family.ELECT.urgency()),
              request);
    };
  }

  @Override
  public boolean isSentAway() {
    return connects.isAnew();
  }

  @Override
  public void watch(Runnable sentAway) {
    connects.watch(sentAway);
  }

  @Override
  public Optional<Instant> heard() {
    return lastHeard.get();
  }

  @Override
  public void drain() {
    channel.shutdown();
  }

  @Override
  public boolean awaitEnd(Duration patience) throws InterruptedException {
    return channel.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void abandon() {
    channel.shutdownNow();
  }

  /** Brings what the peer answers to the stream. */
  private static final class Answers extends ClientCall.Listener<Bytes> {
    private final ByteStream stream;

    Answers(ByteStream stream) {
      this.stream = stream;
    }

    @Override
    public void onHeaders(Metadata headers) {
      stream.greeted(Hello.in(headers));
    }

    @Override
    public void onMessage(Bytes message) {
      stream.arrived(message);
    }

    @Override
    public void onReady() {
      stream.ready();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      stream.over(status);
    }
  }
}
