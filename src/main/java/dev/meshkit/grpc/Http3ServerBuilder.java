package dev.meshkit.grpc;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.BinaryLog;
import io.grpc.BindableService;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import io.grpc.HandlerRegistry;
import io.grpc.MetricSink;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import java.io.File;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Builds servers that speak gRPC over HTTP/3 with TLS 1.3; a client certificate is always required.
 *
 * <p>Unless an executor is set, each call runs on a virtual thread of its own. Confined to one
 * thread; the servers it builds are thread-safe.
 */
public final class Http3ServerBuilder extends ServerBuilder<Http3ServerBuilder> {
  private final SocketAddress address;
  private final Services.Builder services = new Services.Builder();
  private ServerOptions options = ServerOptions.defaults();

  private Http3ServerBuilder(SocketAddress address) {
    this.address = Objects.requireNonNull(address, "address");
  }

  /** A server on this UDP address; port 0 picks a free one. */
  public static Http3ServerBuilder forAddress(SocketAddress address) {
    return new Http3ServerBuilder(address);
  }

  /** A server on this UDP port of every local address; 0 picks a free one. */
  public static Http3ServerBuilder forPort(int port) {
    return new Http3ServerBuilder(new InetSocketAddress(port));
  }

  /**
   * Who we are and whom we trust, for good; neither may block, see {@link TlsIdentity}. This or
   * {@link #tls(Supplier)} is required.
   */
  public Http3ServerBuilder tls(X509ExtendedKeyManager key, X509ExtendedTrustManager trust) {
    var identity = new TlsIdentity(key, trust);
    return tls(() -> identity);
  }

  /**
   * Who we are and whom we trust, asked at start and then once a second, on a virtual thread: a new
   * object is a reload. It serves every later handshake, and older connections drain within a
   * minute. One that cannot be used, or does not come within a second, is logged, and the old one
   * stays until then.
   */
  public Http3ServerBuilder tls(Supplier<TlsIdentity> current) {
    options = options.withTls(current);
    return this;
  }

  /** Judges each client after every handshake and then once a second; admits all if unset. */
  public Http3ServerBuilder peerCheck(PeerCheck check) {
    options = options.withPeerCheck(check);
    return this;
  }

  @Override
  public Http3ServerBuilder directExecutor() {
    return executor(MoreExecutors.directExecutor());
  }

  @Override
  public Http3ServerBuilder executor(Executor executor) {
    options = options.withExecutor(executor);
    return this;
  }

  @Override
  public Http3ServerBuilder callExecutor(ServerCallExecutorSupplier supplier) {
    options = options.withCallExecutor(supplier);
    return this;
  }

  @Override
  public Http3ServerBuilder addService(ServerServiceDefinition service) {
    services.add(service);
    return this;
  }

  @Override
  public Http3ServerBuilder addService(BindableService service) {
    return addService(service.bindService());
  }

  @Override
  public Http3ServerBuilder intercept(ServerInterceptor interceptor) {
    services.intercept(interceptor);
    return this;
  }

  @Override
  public Http3ServerBuilder addTransportFilter(ServerTransportFilter filter) {
    options = options.withFilter(filter);
    return this;
  }

  @Override
  public Http3ServerBuilder addStreamTracerFactory(ServerStreamTracer.Factory factory) {
    options = options.withTracer(factory);
    return this;
  }

  @Override
  public Http3ServerBuilder fallbackHandlerRegistry(HandlerRegistry registry) {
    services.fallback(registry);
    return this;
  }

  @Override
  public Http3ServerBuilder decompressorRegistry(DecompressorRegistry registry) {
    options = options.with(new Codecs(options.codecs().compressors(), registry));
    return this;
  }

  @Override
  public Http3ServerBuilder compressorRegistry(CompressorRegistry registry) {
    options = options.with(new Codecs(registry, options.codecs().decompressors()));
    return this;
  }

  @Override
  public Http3ServerBuilder maxInboundMessageSize(int bytes) {
    options = options.with(options.limits().withMessageBytes(bytes));
    return this;
  }

  @Override
  public Http3ServerBuilder maxInboundMetadataSize(int bytes) {
    options = options.with(options.limits().withMetadataBytes(bytes));
    return this;
  }

  /** How long a client may take until it is admitted; 5 s if unset. */
  @Override
  public Http3ServerBuilder handshakeTimeout(long value, TimeUnit unit) {
    var timeout = Spans.positive(value, unit, "the handshake timeout");
    var bounds = options.upkeep().bounds();
    var was = bounds.handshakes();
    return bounds(bounds.with(was.within(timeout)));
  }

  /**
   * Without a packet for so long a client is asked for a sign of life; 10 s if unset, and never
   * more than 1.25 s while calls are open.
   */
  @Override
  public Http3ServerBuilder keepAliveTime(long value, TimeUnit unit) {
    var time = Spans.positive(value, unit, "the keepalive time");
    return upkeep(upkeep().with(upkeep().keepAlive().withTime(time)));
  }

  /** Without an answer for so long, or for six round trips, the client is gone; 3 s if unset. */
  @Override
  public Http3ServerBuilder keepAliveTimeout(long value, TimeUnit unit) {
    var timeout = Spans.positive(value, unit, "the keepalive timeout");
    return upkeep(upkeep().with(upkeep().keepAlive().withTimeout(timeout)));
  }

  /** A connection without calls for so long is closed, gently; never if unset. */
  @Override
  public Http3ServerBuilder maxConnectionIdle(long value, TimeUnit unit) {
    var idle = Spans.positive(value, unit, "the idle time");
    return upkeep(upkeep().with(upkeep().lifetime().withIdle(idle)));
  }

  /** After so long, ± 10 %, a connection's client is sent elsewhere; 1 h if unset. */
  @Override
  public Http3ServerBuilder maxConnectionAge(long value, TimeUnit unit) {
    var age = Spans.positive(value, unit, "the age");
    return upkeep(upkeep().with(upkeep().lifetime().withAge(age)));
  }

  /** How long the calls on a connection past its age may still take; 30 s if unset. */
  @Override
  public Http3ServerBuilder maxConnectionAgeGrace(long value, TimeUnit unit) {
    var grace = Spans.orZero(value, unit, "the grace");
    return upkeep(upkeep().with(upkeep().lifetime().withGrace(grace)));
  }

  /**
   * A client that keeps its connection alive more often than this, repeatedly, loses it. If unset,
   * only a flood does. While calls are open once a second is never too often: HTTP/3 clients of
   * this package ask after 1.25 s of silence then.
   */
  @Override
  public Http3ServerBuilder permitKeepAliveTime(long value, TimeUnit unit) {
    var time = Spans.orZero(value, unit, "the permitted keepalive time");
    return upkeep(upkeep().with(new PingWatch.Permit(time, upkeep().pings().withoutCalls())));
  }

  /** Whether a client may keep a connection without calls alive; it may if unset. */
  @Override
  public Http3ServerBuilder permitKeepAliveWithoutCalls(boolean permit) {
    return upkeep(upkeep().with(new PingWatch.Permit(upkeep().pings().time(), permit)));
  }

  /** Other bounds than those of production, for a test of them. */
  Http3ServerBuilder bounds(Bounds bounds) {
    return upkeep(upkeep().with(bounds));
  }

  /** Another lifetime of connections than that of production, for a test of it. */
  Http3ServerBuilder lifetime(Lifetime lifetime) {
    return upkeep(upkeep().with(lifetime));
  }

  private Upkeep upkeep() {
    return options.upkeep();
  }

  private Http3ServerBuilder upkeep(Upkeep value) {
    options = options.with(value);
    return this;
  }

  /** Refused: keys come from key managers. */
  @Override
  public Http3ServerBuilder useTransportSecurity(File chain, File key) {
    throw Refused.keyFiles();
  }

  /** Refused: keys come from key managers. */
  @Override
  public Http3ServerBuilder useTransportSecurity(InputStream chain, InputStream key) {
    throw Refused.keyFiles();
  }

  /** Refused: what is worth recording, an interceptor or a stream tracer can see. */
  @Override
  public Http3ServerBuilder setBinaryLog(BinaryLog log) {
    throw Refused.binaryLog();
  }

  /** Refused: nothing here writes to a metric sink. */
  @Override
  public Http3ServerBuilder addMetricSink(MetricSink sink) {
    throw Refused.because("there are no metric sinks", "addStreamTracerFactory(…)");
  }

  @Override
  public Server build() {
    options.requireTls();
    return new Http3Server(address, options, services.build());
  }
}
