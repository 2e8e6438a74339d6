package dev.meshkit.grpc;

import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** Servers and channels of one test, closed in reverse order. */
final class Meshless implements AutoCloseable {
  static final String SERVER = "spiffe://test/region/eu/node/server";
  static final String CLIENT = "spiffe://test/region/eu/node/client";

  final TestCa ca;
  private final Deque<ManagedChannel> channels = new ArrayDeque<>();
  private final Deque<Server> servers = new ArrayDeque<>();

  Meshless() throws Exception {
    ca = new TestCa("test");
  }

  /** A builder on a free port of the loopback, with a certificate. */
  Http3ServerBuilder server() throws Exception {
    return server(0);
  }

  /** A builder on this port of the loopback, with a certificate. */
  Http3ServerBuilder server(int port) throws Exception {
    var identity = ca.identity(SERVER);
    return Http3ServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
        .tls(identity.key(), identity.trust());
  }

  Server start(Http3ServerBuilder builder) throws IOException {
    var server = builder.build().start();
    servers.push(server);
    return server;
  }

  /** A builder of a channel to a server, with a certificate. */
  Http3ChannelBuilder channel(Server server) throws Exception {
    return channel(server.getPort());
  }

  /** A builder of a channel to a port of the loopback, with a certificate. */
  Http3ChannelBuilder channel(int port) throws Exception {
    var identity = ca.identity(CLIENT);
    return Http3ChannelBuilder.forAddress("127.0.0.1", port).tls(identity.key(), identity.trust());
  }

  static InetSocketAddress addressOf(Server server) {
    return new InetSocketAddress("127.0.0.1", server.getPort());
  }

  ManagedChannel open(Http3ChannelBuilder builder) {
    var channel = builder.build();
    channels.push(channel);
    return channel;
  }

  /** Makes a call that cannot succeed, and says why the connection failed. */
  static Http3ConnectException refusalOf(ManagedChannel channel) {
    try {
      ProbeGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .unary(Ask.getDefaultInstance());
    } catch (StatusRuntimeException failure) {
      if (failure.getStatus().getCause() instanceof Http3ConnectException refusal) return refusal;
      throw new AssertionError("no Http3ConnectException in " + failure.getStatus(), failure);
    }
    throw new AssertionError("the call succeeded");
  }

  @Override
  public void close() throws InterruptedException {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.forEach(Server::shutdownNow);
    for (var channel : channels) ended(channel.awaitTermination(10, TimeUnit.SECONDS));
    for (var server : servers) ended(server.awaitTermination(10, TimeUnit.SECONDS));
  }

  private static void ended(boolean ended) {
    if (!ended) throw new AssertionError("a channel or server does not terminate");
  }
}
