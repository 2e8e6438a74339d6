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
 * @param executors where callbacks run
 * @param watchers told of connections and calls
 * @param codecs compressors and decompressors
 * @param limits sizes accepted
 * @param upkeep how connections are kept
 */
record ServerOptions(
    @Nullable Supplier<TlsIdentity> tls,
    PeerCheck peerCheck,
    Executors executors,
    Watchers watchers,
    Codecs codecs,
    Limits limits,
    Upkeep upkeep) {

  /**
   * Where callbacks run.
   *
   * @param common absent = one virtual thread a call
   * @param perCall chooses one per call; absent = {@code common}
   */
  record Executors(@Nullable Executor common, @Nullable ServerCallExecutorSupplier perCall) {}

  /**
   * Who is told of connections and calls.
   *
   * @param filters told of each connection, and may add attributes
   * @param tracers see each call
   */
  record Watchers(List<ServerTransportFilter> filters, List<ServerStreamTracer.Factory> tracers) {
    /** Copies the lists. */
    Watchers {
      filters = List.copyOf(filters);
      tracers = List.copyOf(tracers);
    }
  }

  /** The defaults of the builder. */
  static ServerOptions defaults() {
    return new ServerOptions(
        null,
        PeerCheck.admitAll(),
        new Executors(null, null),
        new Watchers(List.of(), List.of()),
        Codecs.defaults(),
        Limits.defaults(),
        Upkeep.defaults());
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
    return new ServerOptions(value, peerCheck, executors, watchers, codecs, limits, upkeep);
  }

  ServerOptions withPeerCheck(PeerCheck value) {
    Objects.requireNonNull(value, "peerCheck");
    return new ServerOptions(tls, value, executors, watchers, codecs, limits, upkeep);
  }

  ServerOptions withExecutor(@Nullable Executor value) {
    return with(new Executors(value, executors.perCall()));
  }

  ServerOptions withCallExecutor(ServerCallExecutorSupplier value) {
    return with(new Executors(executors.common(), value));
  }

  private ServerOptions with(Executors value) {
    return new ServerOptions(tls, peerCheck, value, watchers, codecs, limits, upkeep);
  }

  ServerOptions withFilter(ServerTransportFilter value) {
    return with(new Watchers(and(watchers.filters(), value), watchers.tracers()));
  }

  ServerOptions withTracer(ServerStreamTracer.Factory value) {
    return with(new Watchers(watchers.filters(), and(watchers.tracers(), value)));
  }

  private ServerOptions with(Watchers value) {
    return new ServerOptions(tls, peerCheck, executors, value, codecs, limits, upkeep);
  }

  ServerOptions with(Codecs value) {
    return new ServerOptions(tls, peerCheck, executors, watchers, value, limits, upkeep);
  }

  ServerOptions with(Limits value) {
    return new ServerOptions(tls, peerCheck, executors, watchers, codecs, value, upkeep);
  }

  ServerOptions with(Upkeep value) {
    return new ServerOptions(tls, peerCheck, executors, watchers, codecs, limits, value);
  }

  private static <T> List<T> and(List<T> some, T one) {
    var all = new ArrayList<>(some);
    all.add(Objects.requireNonNull(one));
    return all;
  }
}
