package dev.meshkit.grpc;

import com.google.common.util.concurrent.MoreExecutors;
import dev.meshkit.runtime.Chance;
import io.grpc.BinaryLog;
import io.grpc.CallOptions;
import io.grpc.ChannelConfigurator;
import io.grpc.ClientInterceptor;
import io.grpc.ClientTransportFilter;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolver;
import io.grpc.ProxyDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  /**
   * Who we are and whom we trust, for good; neither may block, see {@link TlsIdentity}. This or
   * {@link #tls(Supplier)} is required.
   */
  public Http3ChannelBuilder tls(X509ExtendedKeyManager key, X509ExtendedTrustManager trust) {
    var identity = new TlsIdentity(key, trust);
    return tls(() -> identity);
  }

  /**
   * Who we are and whom we trust, asked at build, before each dial, and once a second while
   * connected, on a virtual thread: a new object is a reload. It serves every later handshake, and
   * older connections drain within a minute. One that cannot be used, or does not come within a
   * second, is logged, and the old one stays until then.
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

  /** Is told of each connection, and may add to the attributes of its calls. */
  @Override
  public Http3ChannelBuilder addTransportFilter(ClientTransportFilter filter) {
    options = options.withFilter(filter);
    return this;
  }

  @Override
  public Http3ChannelBuilder decompressorRegistry(DecompressorRegistry registry) {
    options = options.with(new Codecs(options.codecs().compressors(), registry));
    return this;
  }

  @Override
  public Http3ChannelBuilder compressorRegistry(CompressorRegistry registry) {
    options = options.with(new Codecs(registry, options.codecs().decompressors()));
    return this;
  }

  /** A connection without calls for so long is closed, until the next call; 60 s if unset. */
  @Override
  public Http3ChannelBuilder idleTimeout(long value, TimeUnit unit) {
    return lifetime(options.lifetime().withIdle(Spans.positive(value, unit, "the idle timeout")));
  }

  @Override
  public Http3ChannelBuilder maxInboundMessageSize(int bytes) {
    options = options.with(options.limits().withMessageBytes(bytes));
    return this;
  }

  @Override
  public Http3ChannelBuilder maxInboundMetadataSize(int bytes) {
    options = options.with(options.limits().withMetadataBytes(bytes));
    return this;
  }

  /**
   * Without a packet for so long the server is asked for a sign of life; 10 s if unset, and never
   * more than 1.25 s while calls are open.
   */
  @Override
  public Http3ChannelBuilder keepAliveTime(long value, TimeUnit unit) {
    var time = Spans.positive(value, unit, "the keepalive time");
    options = options.with(options.keepAlive().withTime(time));
    return this;
  }

  /** Without an answer for so long, or for six round trips, the path is lost; 3 s if unset. */
  @Override
  public Http3ChannelBuilder keepAliveTimeout(long value, TimeUnit unit) {
    var timeout = Spans.positive(value, unit, "the keepalive timeout");
    options = options.with(options.keepAlive().withTimeout(timeout));
    return this;
  }

  /** Whether a connection without calls is kept alive, up to the idle timeout; true if unset. */
  @Override
  public Http3ChannelBuilder keepAliveWithoutCalls(boolean enable) {
    options = options.with(options.keepAlive().withoutCalls(enable));
    return this;
  }

  /** Who hears when the path falls into doubt; nobody if unset. */
  public Http3ChannelBuilder pathWatch(PathWatch watch) {
    options = options.with(options.keepAlive().with(Objects.requireNonNull(watch, "watch")));
    return this;
  }

  /** Another lifetime of connections than that of production, for a test of it. */
  Http3ChannelBuilder lifetime(Lifetime lifetime) {
    options = options.with(lifetime);
    return this;
  }

  /** Does nothing: HTTP/3 is always secured. */
  @Override
  public Http3ChannelBuilder useTransportSecurity() {
    return this;
  }

  /** Does nothing: names are resolved on virtual threads. */
  @Override
  public Http3ChannelBuilder offloadExecutor(Executor executor) {
    return this;
  }

  /** Does nothing: no retries are made but those of calls that no server has processed. */
  @Override
  public Http3ChannelBuilder disableRetry() {
    return this;
  }

  /** Does nothing: there is no service config. */
  @Override
  public Http3ChannelBuilder disableServiceConfigLookUp() {
    return this;
  }

  /** Does nothing: there are no channel traces. */
  @Override
  public Http3ChannelBuilder maxTraceEvents(int events) {
    return this;
  }

  /** Refused: HTTP/3 has no plain text. */
  @Override
  public Http3ChannelBuilder usePlaintext() {
    throw Refused.plainText();
  }

  /**
   * Refused: a channel dials one host.
   *
   * @deprecated as in its superclass
   */
  @Deprecated
  @Override
  public Http3ChannelBuilder nameResolverFactory(NameResolver.Factory factory) {
    throw Refused.otherThanOneHost();
  }

  /** Refused: a channel dials one host. */
  @Override
  public <X> Http3ChannelBuilder setNameResolverArg(NameResolver.Args.Key<X> key, X value) {
    throw Refused.otherThanOneHost();
  }

  /** Refused: a channel dials one host. */
  @Override
  public Http3ChannelBuilder defaultLoadBalancingPolicy(String policy) {
    throw Refused.otherThanOneHost();
  }

  /** Refused: a channel dials one host. */
  @Override
  public Http3ChannelBuilder defaultServiceConfig(Map<String, ?> config) {
    throw Refused.otherThanOneHost();
  }

  /** Refused: a channel has no channels of its own. */
  @Override
  public Http3ChannelBuilder childChannelConfigurator(ChannelConfigurator configurator) {
    throw Refused.otherThanOneHost();
  }

  /** Refused: proxies of TCP carry no UDP. */
  @Override
  public Http3ChannelBuilder proxyDetector(ProxyDetector detector) {
    throw Refused.because("a proxy of TCP carries no UDP", "the address of the server itself");
  }

  /** Refused: calls are not repeated by policy. */
  @Override
  public Http3ChannelBuilder enableRetry() {
    throw Refused.retries();
  }

  /** Refused: calls are not repeated by policy. */
  @Override
  public Http3ChannelBuilder maxRetryAttempts(int attempts) {
    throw Refused.retries();
  }

  /** Refused: calls are not hedged. */
  @Override
  public Http3ChannelBuilder maxHedgedAttempts(int attempts) {
    throw Refused.retries();
  }

  /** Refused: calls are not repeated by policy. */
  @Override
  public Http3ChannelBuilder retryBufferSize(long bytes) {
    throw Refused.retries();
  }

  /** Refused: calls are not repeated by policy. */
  @Override
  public Http3ChannelBuilder perRpcBufferLimit(long bytes) {
    throw Refused.retries();
  }

  /** Refused: what is worth recording, an interceptor or a stream tracer can see. */
  @Override
  public Http3ChannelBuilder setBinaryLog(BinaryLog log) {
    throw Refused.binaryLog();
  }

  @Override
  public ManagedChannel build() {
    return new Http3Channel(host, port, options, List.copyOf(interceptors), Chance.secure());
  }
}
