package dev.meshkit.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Headers;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A call we make. Its methods may be called from any thread, one at a time; its listener is called
 * on its lane, in the context in which the call was made.
 */
final class Http3ClientCall<A, B> extends ClientCall<A, B>
    implements StreamEvents, PendingCall.Events {
  private static final int END_TICKS = Ticks.A_SECOND;

  private final ClientConnections connections;
  private final MethodDescriptor<A, B> method;
  private final CallOptions options;
  private final ClientTerms terms;
  private final Context context = Context.current();
  private final CallDeadline deadline;
  private final Lane lane;
  private final CallStream stream;
  private final ResponseReader<B> responses;
  private final AtomicBoolean aborted = new AtomicBoolean();
  private final Context.CancellationListener contextEnds = this::contextEnded;
  private final Runnable deliver = this::deliver;
  private Compressor compressor = Codec.Identity.NONE;
  private boolean compressing = true;
  private boolean started;
  private volatile boolean cancelled; // by its caller
  private volatile boolean halfClosed;
  private volatile boolean complete; // by the server, with a status
  private int overdue; // the event loop's: ticks without FIN since then
  private @Nullable PendingCall unopened;
  private volatile @Nullable Future<?> deadlineTimer;
  private volatile Attributes attributes = Attributes.EMPTY;
  private Metadata sentHeaders = new Metadata(); // set by start, before anything is told of them
  private volatile ClientTracing tracing = ClientTracing.NONE;

  Http3ClientCall(
      ClientConnections connections,
      MethodDescriptor<A, B> method,
      CallOptions options,
      ClientTerms terms) {
    this.connections = connections;
    this.method = method;
    this.options = options;
    this.terms = terms;
    Urgency.checked(options.getOption(Http3ChannelBuilder.URGENCY));
    this.deadline = CallDeadline.of(options, context);
    this.lane = terms.lane(method, options);
    this.stream = new CallStream(false, connections.commands(), this);
    this.responses =
        new ResponseReader<>(
            stream,
            method,
            new ResponseReader.Terms(terms.limits(options), terms.codecs(), () -> tracing));
  }

  @Override
  public void start(Listener<B> listener, Metadata headers) {
    if (started) throw new IllegalStateException("the call was already started");
    if (cancelled) throw new IllegalStateException("the call was cancelled");
    started = true;
    responses.listener(listener);
    sentHeaders = headers;
    tracing = ClientTracing.of(options, headers, false);
    var refusal = refusal();
    if (!refusal.isOk()) {
      aborted.set(true);
      end(refusal);
      return;
    }
    var fields = terms.requests().of(method, headers, options);
    if (!compressor.getMessageEncoding().equals("identity")) {
      fields.add("grpc-encoding", compressor.getMessageEncoding());
    }
    var call = new PendingCall(stream, fields, deadline.value(), options, this);
    if (!method.getType().clientSendsOneMessage()) {
      watch();
      connections.open(call);
    } else if (connections.begin(stream)) { // before anything can end it
      unopened = call; // opened when the request is complete, so that it leaves as one write
      watch();
    } else {
      abort(ClientConnections.SHUT_DOWN);
    }
  }

  private Status refusal() {
    if (connections.isClosing()) return ClientConnections.SHUT_DOWN;
    if (context.isCancelled()) return Contexts.statusFromCancelled(context);
    if (deadline.hasPassed()) {
      return Status.DEADLINE_EXCEEDED.withDescription(
          "the deadline had passed before the call began");
    }
    if (options.getCredentials() != null) {
      return Status.UNIMPLEMENTED.withDescription(
          "call credentials are not supported: use an interceptor");
    }
    var encoding = options.getCompressor();
    if (encoding == null) return Status.OK;
    var known = terms.codecs().compressors().lookupCompressor(encoding);
    if (known == null)
      return Status.INTERNAL.withDescription("no compressor is called " + encoding);
    compressor = known;
    return Status.OK;
  }

  private void watch() {
    context.addListener(contextEnds, Runnable::run);
    var timer = deadline.watch(this::deadlinePassed);
    deadlineTimer = timer;
    if (!aborted.get()) return;
    if (timer != null) timer.cancel(false); // who ended the call may have seen neither
    context.removeListener(contextEnds);
  }

  private void deadlinePassed() {
    abort(
        Status.DEADLINE_EXCEEDED.withDescription(
            "the deadline passed before the call was complete"));
  }

  private void contextEnded(Context ended) {
    abort(Contexts.statusFromCancelled(ended));
  }

  @Override
  public void opened(Connection connection) {
    attributes = connection.attributes();
    if (!tracing.isEmpty()) lane.put(() -> tracing.opened(attributes, sentHeaders));
  }

  @Override
  public void again() {
    if (tracing.isEmpty()) return;
    lane.put(
        () -> {
          tracing.closed(Status.UNAVAILABLE.withDescription("not processed, so made once more"));
          tracing = ClientTracing.of(options, sentHeaders, true);
        });
  }

  @Override
  public void request(int messages) {
    if (!started) throw new IllegalStateException("the call was not started");
    if (responses.request(messages)) lane.run(deliver);
  }

  @Override
  public void sendMessage(A message) {
    requireOpen();
    if (aborted.get()) return;
    ByteBuf frame;
    try {
      var codec = compressing ? compressor : Codec.Identity.NONE;
      var bytes = method.streamRequest(message);
      var length = tracing.lengthOf(bytes);
      frame = tracing.sent(Framer.frame(bytes, codec, ByteBufAllocator.DEFAULT), length);
    } catch (RuntimeException | Error failure) {
      abort(Status.CANCELLED.withDescription("Failed to stream message").withCause(failure));
      throw failure;
    }
    var limit = options.getMaxOutboundMessageSize();
    if (limit != null && frame.readableBytes() - Framer.HEADER_BYTES > limit) {
      frame.release();
      var tooLarge =
          Status.RESOURCE_EXHAUSTED.withDescription(
              "message exceeds the outbound limit of " + limit);
      abort(tooLarge);
      throw tooLarge.asRuntimeException();
    }
    stream.send(frame);
  }

  private void requireOpen() {
    if (!started) throw new IllegalStateException("the call was not started");
    if (cancelled) throw new IllegalStateException("the call was cancelled");
    if (halfClosed) throw new IllegalStateException("the call was half-closed");
  }

  @Override
  public void halfClose() {
    requireOpen();
    halfClosed = true;
    stream.finish();
    if (unopened != null) connections.open(unopened);
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    var status =
        Status.CANCELLED.withDescription(message == null ? "cancelled by the caller" : message);
    cancelled = true;
    abort(cause == null ? status : status.withCause(cause));
  }

  /** Ends the call from our side; only the first reason counts. */
  private void abort(Status why) {
    if (giveUp() && started) end(why);
  }

  /** True the first time. */
  private boolean giveUp() {
    if (!aborted.compareAndSet(false, true)) return false;
    stream.abort(Http3ErrorCode.H3_REQUEST_CANCELLED);
    connections.ended();
    return true;
  }

  private void end(Status why) {
    responses.interrupt();
    lane.run(() -> close(ResponseReader.End.incomplete(why)));
  }

  @Override
  public boolean isReady() {
    return !halfClosed && !aborted.get() && stream.isReady();
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    compressing = enabled;
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }

  // ---- from the stream, on the event loop

  @Override
  public void headers(Http3Headers fields) {
    lane.put(() -> inContext(() -> responses.headers(fields)));
  }

  @Override
  public void data(ByteBuf bytes) {
    lane.put(() -> responses.data(bytes));
  }

  @Override
  public void end() {
    lane.put(responses::end);
  }

  @Override
  public void lost(Status cause) {
    lane.put(() -> responses.lost(cause));
  }

  /** As in grpc-java, who sends one message is not told: to be woken for that costs a call much. */
  @Override
  public void ready() {
    if (method.getType().clientSendsOneMessage()) return;
    lane.put(
        () -> {
          if (isReady()) inContext(responses::ready);
        });
    stream.wake(lane);
  }

  @Override
  public void finished() {}

  /** Who sends a status and no FIN is not waited for: its stream would stay open for good. */
  @Override
  public void tick() {
    if (complete && ++overdue == END_TICKS) stream.abort(Http3ErrorCode.H3_NO_ERROR);
  }

  @Override
  public void flush() {
    lane.put(deliver);
    stream.wake(lane);
  }

  // ---- on the lane

  private void deliver() {
    inContext(responses::deliver);
  }

  /** Runs a step of the response in the call's context, and acts upon what it came to. */
  private void inContext(Runnable step) {
    var previous = context.attach();
    try {
      step.run();
    } catch (RuntimeException | Error failure) {
      // at once: an end that the server has already sent must not be told of a call that failed
      // here
      if (giveUp()) {
        responses.fail(Status.CANCELLED.withDescription("a callback threw").withCause(failure));
      }
    } finally {
      context.detach(previous);
    }
    var end = responses.ended();
    if (end != null) close(end);
  }

  private void close(ResponseReader.End end) {
    if (responses.isClosed()) return;
    var timer = deadlineTimer;
    if (timer != null) timer.cancel(false);
    context.removeListener(contextEnds);
    if (!halfClosed) connections.gaveUp(stream);
    if (aborted.compareAndSet(false, true)) {
      if (end.complete()) {
        complete = true;
        if (!halfClosed) stream.done();
      } else {
        stream.abort(Http3ErrorCode.H3_REQUEST_CANCELLED);
      }
    }
    var previous = context.attach();
    try {
      var told = deadline.explain(end);
      tracing.closed(told.status());
      responses.close(told);
    } finally {
      context.detach(previous);
      lane.end();
    }
  }

  @Override
  public String toString() {
    return "call of " + Objects.requireNonNull(method.getFullMethodName());
  }
}
