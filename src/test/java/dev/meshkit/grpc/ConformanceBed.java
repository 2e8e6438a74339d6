package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ForwardingServerCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * One server, one channel and stubs for each case; a transport's test says what they are made of.
 */
abstract class ConformanceBed {
  static final Metadata.Key<String> TEXT =
      Metadata.Key.of("x-text", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("x-data-bin", Metadata.BINARY_BYTE_MARSHALLER);
  static final int SERVER_LIMIT = 1 << 20;

  final ProbeService service = new ProbeService();
  final AtomicReference<Metadata> requestMetadata = new AtomicReference<>();
  Server server;
  ManagedChannel channel;
  ProbeGrpc.ProbeBlockingStub blocking;
  ProbeGrpc.ProbeStub async;

  /** A running server with this service and interceptor, and 1 MiB messages at most. */
  abstract Server serve(ProbeService service, ServerInterceptor interceptor, int maxMessageBytes)
      throws Exception;

  /** A channel to a port. */
  abstract ManagedChannel dial(int port) throws Exception;

  @BeforeEach
  void open() throws Exception {
    server = serve(service, new EchoMetadata(), SERVER_LIMIT);
    channel = dial(server.getPort());
    blocking = ProbeGrpc.newBlockingStub(channel);
    async = ProbeGrpc.newStub(channel);
  }

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    server.shutdownNow();
    assertTrue(channel.awaitTermination(10, TimeUnit.SECONDS), "the channel ends");
    assertTrue(server.awaitTermination(10, TimeUnit.SECONDS), "the server ends");
  }

  /** Sends the request's metadata back in headers and in trailers. */
  private final class EchoMetadata implements ServerInterceptor {
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
  }

  static <T> List<T> all(Metadata metadata, Metadata.Key<T> key) {
    var values = metadata.getAll(key);
    var list = new ArrayList<T>();
    if (values != null) values.forEach(list::add);
    return list;
  }

  static Ask ask(int bodyBytes, int answerBytes) {
    return Ask.newBuilder()
        .setBody(ByteString.copyFrom(new byte[bodyBytes]))
        .setAnswerBytes(answerBytes)
        .build();
  }

  static Status.Code codeOf(StatusRuntimeException failure) {
    return failure.getStatus().getCode();
  }

  /** A server like the first, on a given port. */
  abstract Server serveOn(int port) throws Exception;
}
