package dev.meshkit.grpc;

import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Sends the request's metadata back in headers and in trailers. */
final class EchoMetadata implements ServerInterceptor {
  static final Metadata.Key<String> TEXT =
      Metadata.Key.of("x-text", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("x-data-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final AtomicReference<Metadata> requestMetadata;

  /** Leaves each request's metadata in {@code requestMetadata}. */
  EchoMetadata(AtomicReference<Metadata> requestMetadata) {
    this.requestMetadata = requestMetadata;
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    requestMetadata.set(headers);
    var echo = new Metadata();
    for (var text : all(headers, TEXT)) echo.put(TEXT, text);
    for (var data : all(headers, BINARY)) echo.put(BINARY, data);
    var echoing =
        new ForwardingServerCall.SimpleForwardingServerCall<A, B>(call) {
          @Override
          public void sendHeaders(Metadata responseHeaders) {
            responseHeaders.merge(echo);
            super.sendHeaders(responseHeaders);
          }

          @Override
          public void close(Status status, Metadata trailers) {
            trailers.merge(echo);
            super.close(status, trailers);
          }
        };
    return next.startCall(echoing, headers);
  }

  static <T> List<T> all(Metadata metadata, Metadata.Key<T> key) {
    var values = metadata.getAll(key);
    var list = new ArrayList<T>();
    if (values != null) values.forEach(list::add);
    return list;
  }
}
