package dev.meshkit.grpc;

import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a server was built with.
 *
 * @param tls who we are; absent until set
 * @param peerCheck judges each client
 * @param executor runs callbacks; absent = one virtual thread a call
 * @param callExecutor chooses an executor per call; absent = {@code executor}
 * @param filters told of each connection, and may add attributes
 * @param tracers see each call
 * @param codecs compressors and decompressors
 * @param limits sizes accepted
 * @param keepAlive how a silent path is noticed
 */
record ServerOptions(
    @Nullable Supplier<TlsIdentity> tls,
    PeerCheck peerCheck,
    @Nullable Executor executor,
    @Nullable ServerCallExecutorSupplier callExecutor,
    List<ServerTransportFilter> filters,
    List<ServerStreamTracer.Factory> tracers,
    Codecs codecs,
    Limits limits,
    KeepAlive keepAlive) {

  /** Copies the lists. */
  ServerOptions {
    filters = List.copyOf(filters);
    tracers = List.copyOf(tracers);
  }

  /** The defaults of the builder. */
  static ServerOptions defaults() {
    return new ServerOptions(
        null,
        PeerCheck.admitAll(),
        null,
        null,
        List.of(),
        List.of(),
        Codecs.defaults(),
        Limits.defaults(),
        KeepAlive.defaults());
  }

  /** The identity, or the complaint that there is none. */
  Supplier<TlsIdentity> requireTls() {
    if (tls == null) {
      throw new IllegalStateException("tls(…) is required: HTTP/3 is always mutual TLS 1.3 here");
    }
    return tls;
  }

  ServerOptions withTls(Supplier<TlsIdentity> value) {
    Objects.requireNonNull(value, "tls");
    return new ServerOptions(
        value, peerCheck, executor, callExecutor, filters, tracers, codecs, limits, keepAlive);
  }

  ServerOptions withPeerCheck(PeerCheck value) {
    return new ServerOptions(
        tls, value, executor, callExecutor, filters, tracers, codecs, limits, keepAlive);
  }

  ServerOptions withExecutor(Executor value) {
    return new ServerOptions(
        tls, peerCheck, value, callExecutor, filters, tracers, codecs, limits, keepAlive);
  }

  ServerOptions withCallExecutor(ServerCallExecutorSupplier value) {
    return new ServerOptions(
        tls, peerCheck, executor, value, filters, tracers, codecs, limits, keepAlive);
  }

  ServerOptions withFilter(ServerTransportFilter value) {
    return new ServerOptions(
        tls,
        peerCheck,
        executor,
        callExecutor,
        and(filters, value),
        tracers,
        codecs,
        limits,
        keepAlive);
  }

  ServerOptions withTracer(ServerStreamTracer.Factory value) {
    return new ServerOptions(
        tls,
        peerCheck,
        executor,
        callExecutor,
        filters,
        and(tracers, value),
        codecs,
        limits,
        keepAlive);
  }

  ServerOptions withCodecs(Codecs value) {
    return new ServerOptions(
        tls, peerCheck, executor, callExecutor, filters, tracers, value, limits, keepAlive);
  }

  ServerOptions withLimits(Limits value) {
    return new ServerOptions(
        tls, peerCheck, executor, callExecutor, filters, tracers, codecs, value, keepAlive);
  }

  ServerOptions withKeepAlive(KeepAlive value) {
    return new ServerOptions(
        tls, peerCheck, executor, callExecutor, filters, tracers, codecs, limits, value);
  }

  private static <T> List<T> and(List<T> some, T one) {
    var all = new ArrayList<>(some);
    all.add(one);
    return all;
  }
}
