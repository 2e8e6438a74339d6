package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One server, one channel and stubs for each case, over each of the transports: what passes over
 * grpc-netty passes over HTTP/3, and nothing else does (T1). Cases of gRPC's interoperability tests
 * have the names they have there.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(TransportUnderTest.class)
@Timeout(120)
abstract class ConformanceBed {
  static final int SERVER_LIMIT = 1 << 20;

  @Parameter TransportUnderTest transport;

  final ProbeService service = new ProbeService();
  final EchoMetadata echo = new EchoMetadata();
  final CountingGzip serverGzip = new CountingGzip();
  final CountingGzip clientGzip = new CountingGzip();
  private final Deque<ManagedChannel> channels = new ArrayDeque<>();
  private final Deque<Server> servers = new ArrayDeque<>();
  Server server;
  ManagedChannel channel;
  ProbeGrpc.ProbeBlockingStub blocking;
  ProbeGrpc.ProbeStub async;

  @BeforeEach
  void open() throws Exception {
    var only = System.getProperty(ConformanceRun.TRANSPORT);
    assumeTrue(only == null || only.equals(transport.name()), "another transport is asked for");
    server = start(newServer().addService(service));
    channel = open(newChannel(server));
    blocking = ProbeGrpc.newBlockingStub(channel);
    async = ProbeGrpc.newStub(channel);
  }

  @AfterEach
  void close() throws Exception {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.forEach(Server::shutdownNow);
    for (var one : channels) assertTrue(one.awaitTermination(10, TimeUnit.SECONDS), "channel ends");
    for (var one : servers) assertTrue(one.awaitTermination(10, TimeUnit.SECONDS), "server ends");
  }

  /** A server's builder, without services; 1 MiB messages at most, metadata echoed. */
  ServerBuilder<?> newServer() {
    return transport
        .server(transport.anywhere())
        .intercept(echo)
        .compressorRegistry(serverGzip.compressors())
        .decompressorRegistry(serverGzip.decompressors())
        .maxInboundMessageSize(SERVER_LIMIT);
  }

  ManagedChannelBuilder<?> newChannel(Server to) {
    return transport
        .channel(TransportUnderTest.at(to))
        .compressorRegistry(clientGzip.compressors())
        .decompressorRegistry(clientGzip.decompressors());
  }

  Server start(ServerBuilder<?> builder) throws IOException {
    var started = builder.build().start();
    servers.push(started);
    return started;
  }

  ManagedChannel open(ManagedChannelBuilder<?> builder) {
    var opened = builder.build();
    channels.push(opened);
    return opened;
  }

  /** A channel to a server of its own, where one method is handled as given. */
  ManagedChannel to(MethodDescriptor<Ask, Answer> method, ServerCallHandler<Ask, Answer> handler)
      throws IOException {
    var definition =
        ServerServiceDefinition.builder(ProbeGrpc.SERVICE_NAME).addMethod(method, handler).build();
    return open(newChannel(start(newServer().addService(definition))));
  }

  /** A call that asks for two answers, and has sent all that it sends. */
  static CallEvents begin(ManagedChannel channel, MethodDescriptor<Ask, Answer> method) {
    var call = channel.newCall(method, CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    call.request(2);
    call.sendMessage(ask(10, 0));
    call.halfClose();
    return events;
  }

  /** The case is about bytes on a wire, which the in-process transport has not. */
  void needsWire() {
    assumeTrue(transport != TransportUnderTest.IN_PROCESS, "objects have no encoding and no size");
  }

  /** The case blocks in a callback, which nobody may do on an event loop. */
  void needsThread() {
    assumeTrue(transport != TransportUnderTest.HTTP_3_DIRECT, "it would block the event loop");
  }

  /** A channel that still carries calls. */
  static void assertUnharmed(ManagedChannel channel) {
    assertEquals(
        Answer.getDefaultInstance(),
        ProbeGrpc.newBlockingStub(channel).unary(Ask.getDefaultInstance()));
  }

  static Ask ask(int bodyBytes, int answerBytes) {
    return Ask.newBuilder()
        .setBody(ByteString.copyFrom(new byte[bodyBytes]))
        .setAnswerBytes(answerBytes)
        .build();
  }

  /** Waits a while, which only decides how much is sent. */
  static boolean becomes(BooleanSupplier ready) {
    try {
      Awaitility.await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofMillis(500))
          .until(ready::getAsBoolean);
      return true;
    } catch (ConditionTimeoutException stays) {
      return false;
    }
  }

  /** The status a call ends with. */
  static Status failureOf(Executable call) {
    return assertThrows(StatusRuntimeException.class, call).getStatus();
  }

  /**
   * Too much of something was sent. Ours always say RESOURCE_EXHAUSTED; what grpc-netty says
   * depends on which layer noticed.
   */
  void assertExhausted(Status status) {
    var expected =
        transport.isOurs()
            ? Set.of(Status.Code.RESOURCE_EXHAUSTED)
            : Set.of(
                Status.Code.RESOURCE_EXHAUSTED,
                Status.Code.CANCELLED,
                Status.Code.INTERNAL,
                Status.Code.UNKNOWN);
    assertTrue(expected.contains(status.getCode()), status::toString);
  }

  /** The trailers a call ends with. */
  static Metadata trailersOf(Executable call) {
    var trailers = assertThrows(StatusRuntimeException.class, call).getTrailers();
    return trailers == null ? new Metadata() : trailers;
  }
}
