package dev.meshkit.grpc;

import com.google.common.util.concurrent.MoreExecutors;
import dev.meshkit.runtime.Chance;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptor;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Builds channels that speak gRPC over HTTP/3 with TLS 1.3 and a client certificate.
 *
 * <p>Unless an executor is set, each call's callbacks run on a virtual thread of its own. Who the
 * server is, is the {@link PeerCheck}'s business: host names are not compared with certificates,
 * and {@link #overrideAuthority} changes {@code :authority} only. Call credentials are refused: use
 * an interceptor. Confined to one thread; the channels it builds are thread-safe.
 */
public final class Http3ChannelBuilder extends ManagedChannelBuilder<Http3ChannelBuilder> {
  /** A call's urgency (RFC 9218): 0 first … 7 last, 3 if unset. */
  public static final CallOptions.Key<Integer> URGENCY =
      CallOptions.Key.createWithDefault("meshkit-urgency", 3);

  private final String host;
  private final int port;
  private final List<ClientInterceptor> interceptors = new ArrayList<>();
  private ChannelOptions options = ChannelOptions.defaults();

  private Http3ChannelBuilder(String host, int port) {
    this.host = Objects.requireNonNull(host, "host");
    this.port = port;
  }

  /** A channel to one host, resolved anew at each dial; its addresses are tried in turn. */
  public static Http3ChannelBuilder forAddress(String host, int port) {
    if (port < 1 || port > 65_535) throw new IllegalArgumentException("not a port: " + port);
    return new Http3ChannelBuilder(host, port);
  }

  /** Who we are and whom we trust, for good. This or {@link #tls(Supplier)} is required. */
  public Http3ChannelBuilder tls(X509ExtendedKeyManager key, X509ExtendedTrustManager trust) {
    var identity = new TlsIdentity(key, trust);
    return tls(() -> identity);
  }

  /**
   * Who we are and whom we trust, asked at build and before each dial: a new object is a reload,
   * used by every later handshake.
   */
  public Http3ChannelBuilder tls(Supplier<TlsIdentity> current) {
    options = options.withTls(current);
    return this;
  }

  /** Judges the server after every handshake and then once a second; admits all if unset. */
  public Http3ChannelBuilder peerCheck(PeerCheck check) {
    options = options.withPeerCheck(check);
    return this;
  }

  @Override
  public Http3ChannelBuilder directExecutor() {
    return executor(MoreExecutors.directExecutor());
  }

  @Override
  public Http3ChannelBuilder executor(Executor executor) {
    options = options.withExecutor(executor);
    return this;
  }

  @Override
  public Http3ChannelBuilder intercept(List<ClientInterceptor> more) {
    interceptors.addAll(more);
    return this;
  }

  @Override
  public Http3ChannelBuilder intercept(ClientInterceptor... more) {
    return intercept(List.of(more));
  }

  @Override
  public Http3ChannelBuilder userAgent(String userAgent) {
    options = options.withUserAgent(userAgent);
    return this;
  }

  @Override
  public Http3ChannelBuilder overrideAuthority(String authority) {
    options = options.withAuthority(authority);
    return this;
  }

  @Override
  public Http3ChannelBuilder decompressorRegistry(DecompressorRegistry registry) {
    options = options.withDecompressors(registry);
    return this;
  }

  @Override
  public Http3ChannelBuilder compressorRegistry(CompressorRegistry registry) {
    options = options.withCompressors(registry);
    return this;
  }

  @Override
  public Http3ChannelBuilder idleTimeout(long value, TimeUnit unit) {
    options = options.withIdleTimeout(Duration.of(value, unit.toChronoUnit()));
    return this;
  }

  @Override
  public Http3ChannelBuilder maxInboundMessageSize(int bytes) {
    options = options.withLimits(options.limits().withMessageBytes(bytes));
    return this;
  }

  @Override
  public Http3ChannelBuilder maxInboundMetadataSize(int bytes) {
    options = options.withLimits(options.limits().withMetadataBytes(bytes));
    return this;
  }

  @Override
  public Http3ChannelBuilder keepAliveTime(long value, TimeUnit unit) {
    var time = Duration.of(value, unit.toChronoUnit());
    options = options.withKeepAlive(options.keepAlive().withTime(time));
    return this;
  }

  @Override
  public Http3ChannelBuilder keepAliveTimeout(long value, TimeUnit unit) {
    var timeout = Duration.of(value, unit.toChronoUnit());
    options = options.withKeepAlive(options.keepAlive().withTimeout(timeout));
    return this;
  }

  /** Does nothing: connections are always kept alive until the idle timeout. */
  @Override
  public Http3ChannelBuilder keepAliveWithoutCalls(boolean enable) {
    return this;
  }

  /** Does nothing: HTTP/3 is always secured. */
  @Override
  public Http3ChannelBuilder useTransportSecurity() {
    return this;
  }

  /** Refused: HTTP/3 has no plain text. */
  @Override
  public Http3ChannelBuilder usePlaintext() {
    throw new UnsupportedOperationException("HTTP/3 is always TLS 1.3: call tls(…) instead");
  }

  /**
   * Refused: a channel dials one host.
   *
   * @deprecated as in its superclass
   */
  @Deprecated
  @Override
  public Http3ChannelBuilder nameResolverFactory(NameResolver.Factory factory) {
    throw new UnsupportedOperationException(
        "a channel dials one host: build one channel per peer with forAddress(host, port)");
  }

  /** Refused: a channel dials one host. */
  @Override
  public Http3ChannelBuilder defaultLoadBalancingPolicy(String policy) {
    throw new UnsupportedOperationException(
        "a channel dials one host: build one channel per peer with forAddress(host, port)");
  }

  @Override
  public ManagedChannel build() {
    return new Http3Channel(host, port, options, List.copyOf(interceptors), Chance.secure());
  }
}
