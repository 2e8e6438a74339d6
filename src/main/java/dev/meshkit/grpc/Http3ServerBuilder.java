package dev.meshkit.grpc;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.BindableService;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import io.grpc.HandlerRegistry;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import java.io.File;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
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

  /** Who we are and whom we trust, for good. This or {@link #tls(Supplier)} is required. */
  public Http3ServerBuilder tls(X509ExtendedKeyManager key, X509ExtendedTrustManager trust) {
    var identity = new TlsIdentity(key, trust);
    return tls(() -> identity);
  }

  /**
   * Who we are and whom we trust, asked at start and then once a second: a new object is a reload,
   * used by every later handshake.
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
    options = options.withCodecs(new Codecs(options.codecs().compressors(), registry));
    return this;
  }

  @Override
  public Http3ServerBuilder compressorRegistry(CompressorRegistry registry) {
    options = options.withCodecs(new Codecs(registry, options.codecs().decompressors()));
    return this;
  }

  @Override
  public Http3ServerBuilder maxInboundMessageSize(int bytes) {
    options = options.withLimits(options.limits().withMessageBytes(bytes));
    return this;
  }

  @Override
  public Http3ServerBuilder maxInboundMetadataSize(int bytes) {
    options = options.withLimits(options.limits().withMetadataBytes(bytes));
    return this;
  }

  @Override
  public Http3ServerBuilder keepAliveTime(long value, TimeUnit unit) {
    var time = Duration.of(value, unit.toChronoUnit());
    options = options.withKeepAlive(options.keepAlive().withTime(time));
    return this;
  }

  @Override
  public Http3ServerBuilder keepAliveTimeout(long value, TimeUnit unit) {
    var timeout = Duration.of(value, unit.toChronoUnit());
    options = options.withKeepAlive(options.keepAlive().withTimeout(timeout));
    return this;
  }

  /** Refused: keys come from key managers. */
  @Override
  public Http3ServerBuilder useTransportSecurity(File chain, File key) {
    throw new UnsupportedOperationException("call tls(keyManager, trustManager) instead");
  }

  @Override
  public Server build() {
    options.requireTls();
    return new Http3Server(address, options, services.build());
  }
}
