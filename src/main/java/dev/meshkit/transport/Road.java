package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.grpc.Http3ChannelBuilder;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A dialled, checked way to one peer. Thread-safe. */
public final class Road {
  /** How long the peer has to answer a Hello. */
  private static final Duration HELLO_PATIENCE = Duration.ofSeconds(5);

  private final RoadKind kind;
  private final NodeId peer;
  private final ManagedChannel channel;
  private final RoadTools tools;

  Road(RoadKind kind, NodeId peer, ManagedChannel channel, RoadTools tools) {
    this.kind = kind;
    this.peer = peer;
    this.channel = channel;
    this.tools = tools;
  }

  /**
   * A duplex call that the peer accepted.
   *
   * @param stream its frames
   * @param hello what the peer said of itself, not yet read
   */
  public record Opened(ByteStream stream, Bytes hello) {}

  /** What carries it. */
  public RoadKind kind() {
    return kind;
  }

  /** Whose certificate was shown. */
  public NodeId peer() {
    return peer;
  }

  /** Opens a duplex call. Blocks at most 5 s, for the peer's Hello. */
  public Result<Opened> open(Family family, Bytes hello) throws InterruptedException {
    var options = CallOptions.DEFAULT.withOption(Http3ChannelBuilder.URGENCY, family.urgency());
    var call = channel.newCall(Methods.duplex(family), options);
    var log = new RpcLog(tools, new RpcLog.Call(family.method(), peer.toString(), kind, true));
    var stream = new ByteStream(peer, family, new Wire.Client(call), log);
    var headers = new Metadata();
    headers.put(Hello.KEY, hello.toArray());
    call.start(new Answers(stream), headers);
    stream.begin();
    try {
      var theirs = stream.hello(HELLO_PATIENCE);
      if (theirs.isPresent()) return Result.ok(new Opened(stream, theirs.get()));
    } catch (InterruptedException interrupted) {
      stream.abort(Status.CANCELLED.withDescription("interrupted"));
      throw interrupted;
    }
    var why = stream.ended().orElse(Status.DEADLINE_EXCEEDED.withDescription("no Hello in 5 s"));
    stream.abort(why);
    return Result.err(Diagnosis.of(why).error("open " + family + " to " + peer));
  }

  /** Calls {@code Mesh.Sync}. Blocks at most {@code timeout}. */
  public Result<Bytes> sync(Bytes request, Duration timeout) throws InterruptedException {
    var log =
        new RpcLog(
            tools, new RpcLog.Call(Methods.SYNC.getFullMethodName(), peer.toString(), kind, true));
    var options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    try {
      log.sent(request.size());
      var reply = ClientCalls.blockingUnaryCall(channel, Methods.SYNC, options, request);
      log.received(reply.size());
      log.end(Status.Code.OK);
      return Result.ok(reply);
    } catch (StatusRuntimeException failed) {
      log.end(failed.getStatus().getCode());
      if (Thread.interrupted()) throw new InterruptedException("sync with " + peer);
      return Result.err(Diagnosis.of(failed.getStatus()).error("sync with " + peer));
    }
  }

  /** Takes no new calls; those that run may end by themselves. Idempotent, never blocks. */
  public void drain() {
    channel.shutdown();
  }

  /** Lets what was sent leave, for at most {@code grace}, and ends every call. Idempotent. */
  public void close(Duration grace) throws InterruptedException {
    channel.shutdown();
    if (!channel.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) channel.shutdownNow();
  }

  /** Ends every call at once. Idempotent, never blocks. */
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
