package dev.meshkit.transport;

import dev.meshkit.security.Credentials;
import dev.meshkit.security.OwnCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * HTTP/2 on TCP, by grpc-netty and the JDK's TLS 1.3, with the same keys and checks as HTTP/3.
 * Application code runs on virtual threads, never on the one event loop.
 */
final class TcpRoads implements AutoCloseable {
  private static final String TLS = "TLSv1.3";
  private static final int CALLS = 256; // at once on a connection, as HTTP/3 has streams
  private static final ApplicationProtocolConfig H2 =
      new ApplicationProtocolConfig(
          ApplicationProtocolConfig.Protocol.ALPN,
          ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
          ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
          ApplicationProtocolNames.HTTP_2);

  private final OwnCredentials own;
  private final RoadTimes times;
  private final TcpGuests guests = new TcpGuests();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1,
          Thread.ofPlatform().daemon().name("meshkit-tcp-", 0).factory(),
          NioIoHandler.newFactory());
  private final PeerRounds rounds = new PeerRounds();
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

  TcpRoads(OwnCredentials own, RoadTimes times) {
    this.own = own;
    this.times = times;
  }

  /** Who looks at the peers of open connections. */
  PeerRounds rounds() {
    return rounds;
  }

  /** The connections that were accepted. */
  TcpGuests guests() {
    return guests;
  }

  /** A channel that connects with its first call, and tells {@code connects} of it. */
  ManagedChannel dial(Dial.Aim aim, Connects connects) {
    var credentials = aim.credentials();
    var there = aim.there();
    var trust = new CheckingTrust(credentials.verifier().trustManager(), there::refusal);
    try {
      var tls =
          GrpcSslContexts.configure(
                  SslContextBuilder.forClient()
                      .keyManager(credentials.key())
                      .trustManager(trust)
                      .endpointIdentificationAlgorithm(null) // names are URIs, checked by trust
                      .protocols(TLS),
                  SslProvider.JDK)
              .build();
      return NettyChannelBuilder.forAddress(aim.at().host(), aim.at().port())
          .sslContext(tls)
          .eventLoopGroup(loops)
          .channelFactory(() -> new HearingSocket(aim.heard(), aim.threshold()))
          .executor(calls)
          .addTransportFilter(connects)
          .maxInboundMessageSize(Family.DELIVER.maxFrameBytes())
          .idleTimeout(60, TimeUnit.SECONDS)
          .keepAliveTime(10, TimeUnit.SECONDS)
          .keepAliveTimeout(Silence.LOST.toMillis(), TimeUnit.MILLISECONDS)
          .keepAliveWithoutCalls(false)
          .build();
    } catch (SSLException impossible) {
      throw new IllegalStateException("the JDK refuses this node's own key", impossible);
    }
  }

  /**
   * A server to which services are still to be added. A missing certificate passes the handshake
   * and is counted there; the check of each call refuses it, which tells the peer: an alert at the
   * end of the handshake may be lost to what the peer has already sent.
   *
   * @param door refuses strangers within the handshake, and hears of the others there
   */
  NettyServerBuilder server(InetSocketAddress at, Doorkeeper door) {
    return NettyServerBuilder.forAddress(at)
        .sslContext(new CurrentTls(new PerCredentials<>(own, of -> tls(of, door))))
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops)
        .channelFactory(() -> new TcpDoor(door::turnedAway, guests))
        .executor(calls)
        .handshakeTimeout(5, TimeUnit.SECONDS)
        .maxConnectionAge(times.listenerAge().toMillis(), TimeUnit.MILLISECONDS)
        .maxConnectionAgeGrace(times.grace().toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveTime(5, TimeUnit.SECONDS)
        .keepAliveTime(10, TimeUnit.SECONDS) // no less is possible: TcpWatch sees to open calls
        .keepAliveTimeout(Silence.LOST.toMillis(), TimeUnit.MILLISECONDS)
        .maxConcurrentCallsPerConnection(CALLS)
        .maxInboundMessageSize(Family.DELIVER.maxFrameBytes());
  }

  /**
   * Not by Netty's builder of servers: it looks what else may read keys, and so loads and keeps all
   * of Bouncy Castle's provider, 8 MB in every node.
   */
  private static SslContext tls(Credentials credentials, Doorkeeper door) {
    try {
      var tls = SSLContext.getInstance(TLS);
      tls.init(
          new KeyManager[] {credentials.key()}, new TrustManager[] {door.trust(credentials)}, null);
      return new JdkSslContext(
          tls,
          false,
          Http2SecurityUtil.CIPHERS,
          SupportedCipherSuiteFilter.INSTANCE,
          H2,
          ClientAuth.OPTIONAL,
          new String[] {TLS},
          false);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("the JDK refuses this node's own key", impossible);
    }
  }

  @Override
  public void close() {
    rounds.close();
    calls.shutdownNow();
    var _ = loops.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS);
  }
}
