package dev.meshkit.grpc;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http3.Http3Headers;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns what comes back on a stream into callbacks, and decides how the call ends. Confined to the
 * call's lane, but for {@link #request} and {@link #interrupt}.
 *
 * @param <B> a response
 */
final class ResponseReader<B> {
  /**
   * How a call ended.
   *
   * @param status what the caller is told
   * @param trailers the server's, or none
   * @param complete whether the server itself said so
   */
  record End(Status status, Metadata trailers, boolean complete) {
    static End incomplete(Status status) {
      return new End(status, new Metadata(), false);
    }
  }

  /**
   * What holds for a call's answer.
   *
   * @param limits sizes accepted
   * @param codecs encodings known
   * @param tracing told of what arrives
   */
  record Terms(Limits limits, Codecs codecs, Supplier<ClientTracing> tracing) {}

  private final MessageInbox<B> inbox;
  private final Supplier<ClientTracing> tracing;
  private final Limits limits;
  private final Codecs codecs;
  private ClientCall.@Nullable Listener<B> listener; // set before the first event
  private boolean headersSeen;
  private boolean closed;
  private @Nullable End end;
  private volatile boolean interrupted;

  ResponseReader(CallStream stream, MethodDescriptor<?, B> method, Terms terms) {
    this.tracing = terms.tracing();
    this.limits = terms.limits();
    this.codecs = terms.codecs();
    this.inbox =
        new MessageInbox<>(
            stream,
            method::parseResponse,
            new MessageInbox.Terms(limits.messageBytes(), new Awaited(), tracing));
  }

  void listener(ClientCall.Listener<B> value) {
    listener = value;
  }

  private ClientCall.Listener<B> listener() {
    return Objects.requireNonNull(listener);
  }

  /** Asks for more messages; true if they may be here already. Any thread. */
  boolean request(int messages) {
    return inbox.request(messages);
  }

  /** No more messages, please: the call was ended from our side. Any thread. */
  void interrupt() {
    interrupted = true;
  }

  void headers(Http3Headers fields) {
    if (closed || end != null) return;
    var status = String.valueOf(fields.status());
    if (!headersSeen && status.startsWith("1")) return; // 1xx: the real ones follow
    if (HeaderCodec.size(fields) > limits.metadataBytes()) {
      end = End.incomplete(tooMuch());
      return;
    }
    try {
      if (headersSeen || fields.contains("grpc-status")) {
        trailers(fields);
      } else {
        responseHeaders(fields, status);
      }
    } catch (IllegalArgumentException malformed) {
      end =
          End.incomplete(
              Status.INTERNAL.withDescription("malformed metadata").withCause(malformed));
    }
  }

  private Status tooMuch() {
    return Status.RESOURCE_EXHAUSTED.withDescription(
        "metadata exceeds the limit of " + limits.metadataBytes() + " bytes");
  }

  private void trailers(Http3Headers fields) {
    var status =
        StatusMapping.inFields(fields)
            .orElse(Status.UNKNOWN.withDescription("trailers without grpc-status"));
    var metadata = HeaderCodec.parse(fields);
    tracing.get().inboundTrailers(metadata);
    end = new End(status, metadata, true);
  }

  private void responseHeaders(Http3Headers fields, String status) {
    headersSeen = true;
    var type = String.valueOf(fields.get("content-type"));
    var encoding = fields.get("grpc-encoding");
    var decompressor =
        codecs
            .decompressors()
            .lookupDecompressor(encoding == null ? "identity" : encoding.toString());
    if (fields.status() == null) { // Netty takes it for a request
      end = End.incomplete(Status.INTERNAL.withDescription("a response without :status"));
    } else if (!status.equals("200")) {
      end = End.incomplete(StatusMapping.ofHttp(status));
    } else if (!HeaderCodec.isGrpc(type)) {
      end = End.incomplete(Status.UNKNOWN.withDescription("content-type is no gRPC: " + type));
    } else if (decompressor == null) {
      end = End.incomplete(Status.INTERNAL.withDescription("unknown grpc-encoding " + encoding));
    } else {
      inbox.decompressor(decompressor);
      var metadata = HeaderCodec.parse(fields);
      tracing.get().inboundHeaders(metadata);
      if (!interrupted) listener().onHeaders(metadata);
    }
  }

  void data(ByteBuf bytes) {
    inbox.add(bytes);
  }

  void end() {
    if (end != null) return;
    end =
        End.incomplete(
            Status.INTERNAL.withDescription("the server ended the stream without a status"));
  }

  void lost(Status cause) {
    if (end == null) end = End.incomplete(cause);
  }

  /** Ends the call like this, whatever the server has said or says. */
  void fail(Status why) {
    interrupted = true;
    end = End.incomplete(why);
  }

  void ready() {
    if (!closed && end == null) listener().onReady();
  }

  /** Gives out what may be given out. */
  void deliver() {
    if (closed) return;
    try {
      inbox.pump(this::deliverOne);
    } catch (StatusException broken) {
      end = new End(broken.getStatus(), new Metadata(), false);
      inbox.close();
    }
  }

  private void deliverOne(B message) {
    if (!interrupted) listener().onMessage(message);
  }

  /** How the call ended, once every message before that has been given out; absent until then. */
  @Nullable End ended() {
    if (closed || end == null) return null;
    try {
      if (end.complete() && !inbox.isEmpty()) return null;
    } catch (StatusException broken) {
      return End.incomplete(broken.getStatus());
    }
    if (end.complete() && end.status().isOk() && inbox.endsInsideMessage()) {
      return End.incomplete(Status.INTERNAL.withDescription("the stream ended inside a message"));
    }
    return end;
  }

  boolean isClosed() {
    return closed;
  }

  /** Tells the caller, once. */
  void close(End how) {
    closed = true;
    inbox.close();
    listener().onClose(how.status(), how.trailers());
  }
}
