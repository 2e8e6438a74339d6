package dev.meshkit.grpc;

import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** Keeps the metadata of the last request, and sends it back in headers and in trailers. */
final class EchoMetadata implements ServerInterceptor {
  static final Metadata.Key<String> TEXT =
      Metadata.Key.of("x-grpc-test-echo-initial", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("x-grpc-test-echo-trailing-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final AtomicReference<Metadata> last = new AtomicReference<>(new Metadata());
  private volatile String authority = "";

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    last.set(headers);
    authority = String.valueOf(call.getAuthority());
    var echo = new Metadata();
    for (var text : all(headers, TEXT)) echo.put(TEXT, text);
    for (var data : all(headers, BINARY)) echo.put(BINARY, data);
    return next.startCall(new Echoing<>(call, echo), headers);
  }

  /** What the last request carried. */
  Metadata request() {
    return Objects.requireNonNull(last.get());
  }

  /** To whom the last request was addressed. */
  String authority() {
    return authority;
  }

  static <T> List<T> all(Metadata metadata, Metadata.Key<T> key) {
    var values = metadata.getAll(key);
    var list = new ArrayList<T>();
    if (values != null) values.forEach(list::add);
    return list;
  }

  private static final class Echoing<A, B>
      extends ForwardingServerCall.SimpleForwardingServerCall<A, B> {
    private final Metadata echo;

    Echoing(ServerCall<A, B> call, Metadata echo) {
      super(call);
      this.echo = echo;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      headers.merge(echo);
      super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      trailers.merge(echo);
      super.close(status, trailers);
    }
  }
}
