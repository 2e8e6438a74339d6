package dev.meshkit.grpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Headers;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs one call of ours on its lane: looks up the method, calls the handler, gives it what arrives.
 *
 * <p>The callbacks run in a cancellable context, which is cancelled at once when the client leaves
 * or the deadline passes, even while a callback blocks. Exactly one of {@code onComplete} and
 * {@code onCancel} is called, the former only after the trailers were taken by QUIC.
 */
final class ServerLane {
  private static final System.Logger LOG = System.getLogger(ServerLane.class.getName());

  private static final String TIMEOUT = "grpc-timeout";

  private final ServerConnections server;
  private final Connection connection;
  private final CallStream stream;
  private final Lane lane;
  private final Awaited awaited;
  private final Runnable deliver = this::deliverNow;
  private @Nullable Deadline arrived; // when the head of a request with a timeout did
  private volatile Context.@Nullable CancellableContext context;
  private volatile @Nullable Throwable reason; // why it is cancelled; of two, either
  private volatile boolean cancelled;

  // the lane's
  private @Nullable Http3ServerCall<?, ?> call;
  private ServerTracing tracing = ServerTracing.NONE;
  private volatile Status outcome = Status.CANCELLED; // set by whoever closes the call
  private boolean over;

  ServerLane(ServerConnections server, Connection connection, CallStream stream, Awaited awaited) {
    this.awaited = awaited;
    this.server = server;
    this.connection = connection;
    this.stream = stream;
    this.lane = server.newLane();
  }

  CallStream stream() {
    return stream;
  }

  boolean isCancelled() {
    return cancelled;
  }

  // ---- on the event loop

  /** The first event: everything else waits behind it. */
  void begin(Http3Headers fields) {
    if (fields.contains(TIMEOUT)) arrived = Deadline.after(0, TimeUnit.NANOSECONDS);
    lane.put(() -> guarded(() -> open(fields)));
  }

  void data(ByteBuf bytes) {
    lane.put(
        () -> {
          if (call == null || over) {
            stream.consumed(ReadAhead.weightOf(bytes));
            bytes.release();
          } else {
            call.requests().data(bytes);
          }
        });
  }

  void end() {
    lane.put(
        () -> {
          if (call != null) call.requests().end();
        });
  }

  void ready() {
    lane.put(
        () ->
            guarded(
                () -> {
                  if (call != null && call.isReady()) call.requests().ready();
                }));
    stream.wake(lane);
  }

  void flush() {
    lane.put(deliver);
    stream.wake(lane);
  }

  void lost(Status cause) {
    var why = new CancellationException(cause.getDescription());
    why.initCause(cause.asException());
    cancel(why);
  }

  void finished() {
    lane.put(
        () -> {
          tellTracers(); // as grpc-netty does: before the handler's last callback
          if (call != null) lastly(call.requests()::complete);
          finish();
        });
  }

  // ---- from any thread

  /** Has what arrived be given out. */
  void deliver() {
    lane.run(deliver);
  }

  /** The handler has closed its call; what arrives from now on, if anything can, is dropped. */
  void closed(Status status, boolean requestIsComplete) {
    outcome = status;
    if (requestIsComplete) return;
    lane.run(
        () -> {
          if (call != null) call.requests().stop();
        });
  }

  private void cancel(Throwable why) {
    if (reason == null) reason = why; // before anyone can see that it is cancelled
    cancelled = true;
    var current = context;
    if (current != null) Thread.startVirtualThread(() -> current.cancel(why));
    lane.run(
        () -> {
          if (over) return;
          outcome = Status.CANCELLED.withCause(why);
          if (current != null) current.cancel(why); // its handler may ask what for
          if (call != null) {
            call.cancelled();
            lastly(call.requests()::cancel);
          }
          finish();
        });
  }

  // ---- on the lane

  private void open(Http3Headers fields) {
    Metadata metadata;
    try {
      metadata = HeaderCodec.parse(fields);
      TimeoutCodec.check(fields.get(TIMEOUT));
    } catch (IllegalArgumentException malformed) { // the client's fault, and no news for our log
      answer(Status.INTERNAL.withDescription("malformed metadata"));
      return;
    }
    var name = String.valueOf(fields.path()).substring(1);
    var authority = String.valueOf(fields.authority());
    tracing = ServerTracing.of(server.options().watchers().tracers(), name, metadata);
    var method = server.services().lookup(name, authority);
    if (method.isEmpty()) {
      answer(Status.UNIMPLEMENTED.withDescription("Method not found: " + name));
      return;
    }
    begin(fields, method.get(), metadata, authority);
  }

  private <A, B> void begin(
      Http3Headers fields,
      ServerMethodDefinition<A, B> method,
      Metadata metadata,
      String authority) {
    var codecs = server.options().codecs();
    var descriptor = method.getMethodDescriptor();
    var inbox =
        new MessageInbox<A>(
            stream,
            descriptor::parseRequest,
            new MessageInbox.Terms(
                server.options().limits().messageBytes(), awaited, () -> tracing));
    var encoding = fields.get("grpc-encoding");
    var decompressor =
        codecs
            .decompressors()
            .lookupDecompressor(encoding == null ? "identity" : encoding.toString());
    var started =
        new Http3ServerCall<>(
            descriptor,
            this,
            inbox,
            new Http3ServerCall.Origin(
                connection, authority, codecs, HeaderCodec.encodings(fields), tracing));
    call = started;
    context = contextOf(tracing.in(Context.ROOT), fields);
    tracing.started(started);
    if (cancelled) return;
    if (decompressor == null) {
      started.sendKnownEncodings();
      started.end(
          Status.UNIMPLEMENTED.withDescription("unknown grpc-encoding " + encoding),
          new Metadata());
      return;
    }
    inbox.decompressor(decompressor);
    Runnable start =
        () -> {
          if (cancelled) return; // while its executor was chosen: nobody has seen it yet
          try {
            started.start(method.getServerCallHandler(), metadata);
          } catch (StatusRuntimeException refusal) { // as in grpc-java: so interceptors may refuse
            started.end(refusal.getStatus(), new Metadata());
          }
        };
    if (server.options().executors().perCall() == null) {
      guarded(start); // anew, since the context is known only now
    } else {
      server.choose(lane, started, metadata);
      lane.put(() -> guarded(start));
      lane.run(deliver);
    }
  }

  private Context.CancellableContext contextOf(Context bare, Http3Headers fields) {
    var timeout = fields.get(TIMEOUT);
    var nanos = timeout == null ? java.util.OptionalLong.empty() : TimeoutCodec.decode(timeout);
    if (nanos.isEmpty() || arrived == null) return bare.withCancellation();
    var deadline = arrived.offset(nanos.getAsLong(), TimeUnit.NANOSECONDS);
    var timed = bare.withDeadline(deadline, Deadlines.ALL);
    timed.addListener(this::deadlinePassed, Runnable::run);
    return timed;
  }

  private void deadlinePassed(Context timed) {
    if (!(timed.cancellationCause() instanceof TimeoutException late)) return;
    stream.abort(Http3ErrorCode.H3_REQUEST_CANCELLED);
    cancel(late);
  }

  private void answer(Status status) {
    outcome = status;
    stream.send(ResponseFields.alone(status, connection.peerFieldBytes()));
    stream.finish();
  }

  private void deliverNow() {
    guarded(
        () -> {
          if (call == null || over) return;
          try {
            call.requests().deliver();
          } catch (StatusException broken) {
            call.end(broken.getStatus(), new Metadata());
          }
        });
  }

  /** A callback that throws ends the call, and the client learns no detail. */
  private void guarded(Runnable step) {
    inContext(
        () -> {
          try {
            step.run();
          } catch (RuntimeException | Error failure) {
            LOG.log(
                System.Logger.Level.WARNING, "a handler threw, so its call ends UNKNOWN", failure);
            var status = Status.UNKNOWN.withDescription("Application error processing RPC");
            if (call == null) {
              answer(status);
            } else {
              call.end(status, new Metadata());
            }
          }
        });
  }

  /** The last callback of a call that has ended already: what it throws changes nothing. */
  private void lastly(Runnable callback) {
    inContext(() -> harmless("a handler's last callback threw", callback));
  }

  private static void harmless(String what, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error failure) {
      LOG.log(System.Logger.Level.WARNING, what, failure);
    }
  }

  private void inContext(Runnable step) {
    var current = context;
    if (current == null) {
      step.run();
    } else {
      current.run(step);
    }
  }

  private void finish() {
    if (over) return;
    over = true;
    var current = context;
    if (current != null) current.cancel(reason);
    tellTracers();
    server.callEnded(connection);
    lane.end();
  }

  private void tellTracers() {
    harmless("a tracer threw at the end of its call", () -> tracing.closed(outcome));
  }
}
