package dev.meshkit.grpc;

import io.grpc.Attributes;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A call we answer, as its handler sees it. As in grpc-java, one thread at a time may call it; only
 * {@link #isReady} and {@link #isCancelled} may be called from any.
 */
final class Http3ServerCall<A, B> extends ServerCall<A, B> {
  private static final System.Logger LOG = System.getLogger(Http3ServerCall.class.getName());

  private final MethodDescriptor<A, B> method;
  private final CallStream stream;
  private final RequestReader<A> requests;
  private final ServerLane lane;
  private final Origin origin;
  private final AtomicBoolean ended = new AtomicBoolean();
  private Compressor compressor = Codec.Identity.NONE;
  private boolean compressing = true;
  private boolean headersSent;
  private boolean headWritten;
  private boolean messageSent;
  private boolean closed; // by its handler

  Http3ServerCall(
      MethodDescriptor<A, B> method, ServerLane lane, MessageInbox<A> inbox, Origin origin) {
    this.method = method;
    this.lane = lane;
    this.stream = lane.stream();
    this.requests = new RequestReader<>(inbox);
    this.origin = origin;
    if (method.getType().serverSendsOneMessage()) stream.cork();
  }

  /**
   * Where a call came from.
   *
   * @param connection on which it came
   * @param authority that the client meant
   * @param codecs the server knows
   * @param accepted the encodings that the client understands, besides identity
   * @param tracing told of what is sent
   */
  record Origin(
      Connection connection,
      String authority,
      Codecs codecs,
      List<String> accepted,
      ServerTracing tracing) {
    /** Copies the list. */
    Origin {
      accepted = List.copyOf(accepted);
    }
  }

  /** What arrives for this call. */
  RequestReader<A> requests() {
    return requests;
  }

  /**
   * Hands the call to its handler, which may send from now on: stubs that only send when told so
   * wait for that. On the lane.
   */
  void start(ServerCallHandler<A, B> handler, Metadata headers) {
    requests.listener(
        Objects.requireNonNull(handler.startCall(this, headers), "a handler gave no listener"));
    if (isReady()) requests.ready();
  }

  @Override
  public void request(int messages) {
    if (requests.request(messages)) lane.deliver();
  }

  @Override
  public void sendHeaders(Metadata headers) {
    requireOpen();
    if (headersSent) throw new IllegalStateException("the headers were sent already");
    headersSent = true;
    if (!origin.accepted().contains(compressor.getMessageEncoding()))
      compressor = Codec.Identity.NONE;
    if (ended.get()) return;
    var head = ResponseFields.head(headers, compressor.getMessageEncoding());
    if (head.size() > origin.connection().peerFieldBytes()) {
      end(
          Status.RESOURCE_EXHAUSTED.withDescription("the client takes no such headers"),
          new Metadata());
    } else {
      headWritten = true;
      stream.send(head);
    }
  }

  /** The head of a refusal that says what would not be refused. */
  void sendKnownEncodings() {
    headersSent = true;
    headWritten = true;
    var known = origin.codecs().decompressors().getAdvertisedMessageEncodings();
    stream.send(ResponseFields.head().add("grpc-accept-encoding", String.join(",", known)));
  }

  @Override
  public void sendMessage(B message) {
    requireOpen();
    if (!headersSent) throw new IllegalStateException("send the headers first");
    if (ended.get()) return;
    if (messageSent && method.getType().serverSendsOneMessage()) {
      end(Status.INTERNAL.withDescription("Too many responses"), new Metadata());
      return;
    }
    messageSent = true;
    try {
      var codec = compressing ? compressor : Codec.Identity.NONE;
      var bytes = method.streamResponse(message);
      var length = origin.tracing().lengthOf(bytes);
      var frame = Framer.frame(bytes, codec, ByteBufAllocator.DEFAULT);
      stream.send(origin.tracing().sent(frame, length));
    } catch (RuntimeException failure) { // its handler goes on, and may say OK to a lost message
      LOG.log(System.Logger.Level.WARNING, "a response cannot be sent, so its call ends", failure);
      end(
          Status.INTERNAL.withDescription("a response could not be serialized").withCause(failure),
          new Metadata());
    } catch (Error failure) { // as in grpc-java: the handler hears of it, as does the client
      end(
          Status.CANCELLED.withDescription("a response could not be sent").withCause(failure),
          new Metadata());
      throw failure;
    }
  }

  @Override
  public boolean isReady() {
    return !ended.get() && stream.isReady();
  }

  @Override
  public void close(Status status, Metadata trailers) {
    requireOpen();
    closed = true;
    end(status, trailers);
  }

  /** As in grpc-java: to go on after the end is a mistake, unless somebody else has ended it. */
  private void requireOpen() {
    if (closed) throw new IllegalStateException("the call was closed already");
  }

  /** Ends the call, whoever wants it, unless it has ended. On the lane, or where its handler is. */
  void end(Status status, Metadata trailers) {
    if (!ended.compareAndSet(false, true)) return;
    var one = method.getType().serverSendsOneMessage();
    var outcome =
        status.isOk() && one && !messageSent
            ? Status.INTERNAL.withDescription("Completed without a response")
            : status;
    stream.send(
        ResponseFields.trailers(
            outcome, trailers, !headWritten, origin.connection().peerFieldBytes()));
    stream.finish();
    lane.closed(outcome, requests.isComplete());
  }

  /** Says that nothing can be sent any more; false if the call had ended already. Any thread. */
  boolean cancelled() {
    return ended.compareAndSet(false, true);
  }

  @Override
  public boolean isCancelled() {
    return lane.isCancelled();
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    compressing = enabled;
  }

  @Override
  public void setCompression(String encoding) {
    if (headersSent) throw new IllegalStateException("the headers were sent already");
    var known = origin.codecs().compressors().lookupCompressor(encoding);
    if (known == null) throw new IllegalArgumentException("no compressor is called " + encoding);
    compressor = known;
  }

  @Override
  public SecurityLevel getSecurityLevel() {
    return SecurityLevel.PRIVACY_AND_INTEGRITY;
  }

  @Override
  public Attributes getAttributes() {
    return origin.connection().attributes();
  }

  @Override
  public String getAuthority() {
    return origin.authority();
  }

  @Override
  public MethodDescriptor<A, B> getMethodDescriptor() {
    return method;
  }
}
