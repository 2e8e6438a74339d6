package dev.meshkit.bench;

import dev.meshkit.grpc.Http3ChannelBuilder;
import dev.meshkit.grpc.Http3ServerBuilder;
import dev.meshkit.grpc.TestCa;
import dev.meshkit.grpc.TlsIdentity;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** One of the two transports: a server on the loopback, and channels to it. */
abstract class RpcSide implements AutoCloseable {
  /**
   * Where a server listens, and under which address it is dialled.
   *
   * @param ca whose certificates both ends have
   * @param cubic whether TCP's congestion control is QUIC's and not the system's own
   */
  record Ends(TestCa ca, String near, String far, boolean cubic) {
    /** On the loopback. */
    static Ends loopback() throws Exception {
      return new Ends(new TestCa("bench"), "127.0.0.1", "127.0.0.1", false);
    }

    /** On a slow path. */
    static Ends slow(boolean cubic) throws Exception {
      return new Ends(new TestCa("bench"), SlowPath.NEAR, SlowPath.FAR, cubic);
    }

    private InetSocketAddress bind() {
      return new InetSocketAddress(near, 0);
    }
  }

  /** TCP_CONGESTION of tcp(7). */
  private static final ChannelOption<ByteBuffer> CONGESTION =
      new RawUnixChannelOption("TCP_CONGESTION", 6, 13, cubic().remaining());

  private static ByteBuffer cubic() {
    return ByteBuffer.wrap("cubic".getBytes(StandardCharsets.US_ASCII));
  }

  private static final int CLIENTS = 32; // as many as shake hands at once

  private final Server server;
  private final LongAdder checks;

  private RpcSide(Server server, LongAdder checks) {
    this.server = server;
    this.checks = checks;
  }

  /** How many certificate chains its ends have checked so far. */
  long checks() {
    return checks.sum();
  }

  /** A channel that is not connected yet. */
  abstract ManagedChannel dial(boolean direct) throws Exception;

  int port() {
    return server.getPort();
  }

  Server server() {
    return server;
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow();
    awaitEnd(server);
  }

  /** A server's end, waited for. */
  static void awaitEnd(Server server) throws InterruptedException {
    if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a server does not end");
    }
  }

  /** A channel's end, waited for. */
  static void end(ManagedChannel channel) throws InterruptedException {
    channel.shutdownNow();
    if (!channel.awaitTermination(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a channel does not end");
    }
  }

  /** Ours: HTTP/3. */
  static RpcSide ours(Ends ends, boolean direct) throws Exception {
    var ca = ends.ca();
    var checks = new LongAdder();
    var trust = new Nameless(ca.identity("spiffe://bench/trusts").trust(), checks);
    var builder =
        Http3ServerBuilder.forAddress(ends.bind())
            .tls(ca.identity("spiffe://bench/region/eu/node/server").key(), trust)
            .addService(new RpcEcho());
    if (direct) builder.directExecutor();
    var clients = new ArrayList<TlsIdentity>(); // an identity may have 8 connections
    for (var i = 0; i < CLIENTS; i++) {
      clients.add(ca.identity("spiffe://bench/region/eu/node/client" + i));
    }
    var dials = new AtomicInteger();
    return new RpcSide(builder.build().start(), checks) {
      @Override
      ManagedChannel dial(boolean directly) {
        var client = clients.get(dials.getAndIncrement() % CLIENTS);
        var channel = Http3ChannelBuilder.forAddress(ends.far(), port()).tls(client.key(), trust);
        if (directly) channel.directExecutor();
        return channel.build();
      }
    };
  }

  /** Theirs: grpc-netty, HTTP/2 on TCP, BoringSSL. */
  static RpcSide theirs(Ends ends, boolean direct) throws Exception {
    var ca = ends.ca();
    var checks = new LongAdder();
    var builder =
        NettyServerBuilder.forAddress(ends.bind())
            .sslContext(context(ca.identity("spiffe://bench/region/eu/node/server"), checks, true))
            .addService(new RpcEcho());
    if (direct) builder.directExecutor();
    if (ends.cubic()) builder.withChildOption(CONGESTION, cubic());
    var client = context(ca.identity("spiffe://bench/region/eu/node/client"), checks, false);
    return new RpcSide(builder.build().start(), checks) {
      @Override
      ManagedChannel dial(boolean directly) {
        var channel = NettyChannelBuilder.forAddress(ends.far(), port()).sslContext(client);
        if (directly) channel.directExecutor();
        if (ends.cubic()) channel.withOption(CONGESTION, cubic());
        return channel.build();
      }
    };
  }

  /** TLS of grpc-netty, by BoringSSL; in full each time, as ours. */
  static SslContext context(TlsIdentity identity, LongAdder checks, boolean server)
      throws IOException {
    var builder =
        server
            ? SslContextBuilder.forServer(identity.key()).clientAuth(ClientAuth.REQUIRE)
            : SslContextBuilder.forClient().keyManager(identity.key());
    builder.trustManager(new Nameless(identity.trust(), checks)).protocols("TLSv1.3");
    var context = GrpcSslContexts.configure(builder, SslProvider.OPENSSL).build();
    ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
    return context;
  }
}
