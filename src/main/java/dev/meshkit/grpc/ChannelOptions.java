package dev.meshkit.grpc;

import io.grpc.ClientTransportFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a channel was built with.
 *
 * @param tls who we are; absent until set
 * @param peerCheck judges the server
 * @param executor runs callbacks; absent = one virtual thread a call
 * @param names what the server is told of us and of itself
 * @param filters told of each connection, and may add attributes
 * @param codecs compressors and decompressors
 * @param limits sizes accepted
 * @param keepAlive how a silent path is noticed
 * @param lifetime how long connections live
 */
record ChannelOptions(
    @Nullable Supplier<TlsIdentity> tls,
    PeerCheck peerCheck,
    @Nullable Executor executor,
    Names names,
    List<ClientTransportFilter> filters,
    Codecs codecs,
    Limits limits,
    KeepAlive keepAlive,
    Lifetime lifetime) {

  /** Copies the list. */
  ChannelOptions {
    filters = List.copyOf(filters);
  }

  /**
   * What each request says.
   *
   * @param userAgent sent as {@code user-agent}
   * @param authority sent as {@code :authority}; empty = host:port
   */
  record Names(String userAgent, String authority) {}

  private static final String PRODUCT = "meshkit-grpc";

  /** The defaults of the builder. */
  static ChannelOptions defaults() {
    return new ChannelOptions(
        null,
        PeerCheck.admitAll(),
        null,
        new Names(PRODUCT, ""),
        List.of(),
        Codecs.defaults(),
        Limits.defaults(),
        KeepAlive.defaults(),
        Lifetime.ofDialled());
  }

  /** The identity, or the complaint that there is none. */
  Supplier<TlsIdentity> requireTls() {
    if (tls == null) {
      throw new IllegalStateException("tls(…) is required: HTTP/3 is always mutual TLS 1.3 here");
    }
    return tls;
  }

  ChannelOptions withTls(Supplier<TlsIdentity> value) {
    Objects.requireNonNull(value, "tls");
    return new ChannelOptions(
        value, peerCheck, executor, names, filters, codecs, limits, keepAlive, lifetime);
  }

  ChannelOptions withPeerCheck(PeerCheck value) {
    Objects.requireNonNull(value, "peerCheck");
    return new ChannelOptions(
        tls, value, executor, names, filters, codecs, limits, keepAlive, lifetime);
  }

  ChannelOptions withExecutor(@Nullable Executor value) {
    return new ChannelOptions(
        tls, peerCheck, value, names, filters, codecs, limits, keepAlive, lifetime);
  }

  ChannelOptions withUserAgent(String value) {
    return with(new Names(value + " " + PRODUCT, names.authority()));
  }

  ChannelOptions withAuthority(String value) {
    return with(new Names(names.userAgent(), Objects.requireNonNull(value, "authority")));
  }

  private ChannelOptions with(Names value) {
    return new ChannelOptions(
        tls, peerCheck, executor, value, filters, codecs, limits, keepAlive, lifetime);
  }

  ChannelOptions withFilter(ClientTransportFilter value) {
    var all = new ArrayList<>(filters);
    all.add(Objects.requireNonNull(value, "filter"));
    return new ChannelOptions(
        tls, peerCheck, executor, names, all, codecs, limits, keepAlive, lifetime);
  }

  ChannelOptions with(Codecs value) {
    return new ChannelOptions(
        tls, peerCheck, executor, names, filters, value, limits, keepAlive, lifetime);
  }

  ChannelOptions with(Limits value) {
    return new ChannelOptions(
        tls, peerCheck, executor, names, filters, codecs, value, keepAlive, lifetime);
  }

  ChannelOptions with(KeepAlive value) {
    return new ChannelOptions(
        tls, peerCheck, executor, names, filters, codecs, limits, value, lifetime);
  }

  ChannelOptions with(Lifetime value) {
    return new ChannelOptions(
        tls, peerCheck, executor, names, filters, codecs, limits, keepAlive, value);
  }
}
