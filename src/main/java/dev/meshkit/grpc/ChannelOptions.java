package dev.meshkit.grpc;

import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import java.time.Duration;
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
 * @param userAgent sent with each call
 * @param authority sent as {@code :authority}; empty = host:port
 * @param codecs compressors and decompressors
 * @param idleTimeout a connection without calls for this long is closed; 60 s
 * @param limits sizes accepted
 * @param keepAlive how a silent path is noticed
 */
record ChannelOptions(
    @Nullable Supplier<TlsIdentity> tls,
    PeerCheck peerCheck,
    @Nullable Executor executor,
    String userAgent,
    String authority,
    Codecs codecs,
    Duration idleTimeout,
    Limits limits,
    KeepAlive keepAlive) {

  /** The defaults of the builder. */
  static ChannelOptions defaults() {
    return new ChannelOptions(
        null,
        PeerCheck.admitAll(),
        null,
        "meshkit-grpc",
        "",
        Codecs.defaults(),
        Duration.ofSeconds(60),
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

  ChannelOptions withTls(Supplier<TlsIdentity> value) {
    return new ChannelOptions(
        Objects.requireNonNull(value, "tls"),
        peerCheck,
        executor,
        userAgent,
        authority,
        codecs,
        idleTimeout,
        limits,
        keepAlive);
  }

  ChannelOptions withPeerCheck(PeerCheck value) {
    return new ChannelOptions(
        tls, value, executor, userAgent, authority, codecs, idleTimeout, limits, keepAlive);
  }

  ChannelOptions withExecutor(Executor value) {
    return new ChannelOptions(
        tls, peerCheck, value, userAgent, authority, codecs, idleTimeout, limits, keepAlive);
  }

  ChannelOptions withUserAgent(String value) {
    return new ChannelOptions(
        tls,
        peerCheck,
        executor,
        value + " meshkit-grpc",
        authority,
        codecs,
        idleTimeout,
        limits,
        keepAlive);
  }

  ChannelOptions withAuthority(String value) {
    return new ChannelOptions(
        tls, peerCheck, executor, userAgent, value, codecs, idleTimeout, limits, keepAlive);
  }

  ChannelOptions withDecompressors(DecompressorRegistry value) {
    return withCodecs(new Codecs(codecs.compressors(), value));
  }

  ChannelOptions withCompressors(CompressorRegistry value) {
    return withCodecs(new Codecs(value, codecs.decompressors()));
  }

  private ChannelOptions withCodecs(Codecs value) {
    return new ChannelOptions(
        tls, peerCheck, executor, userAgent, authority, value, idleTimeout, limits, keepAlive);
  }

  ChannelOptions withIdleTimeout(Duration value) {
    return new ChannelOptions(
        tls, peerCheck, executor, userAgent, authority, codecs, value, limits, keepAlive);
  }

  ChannelOptions withLimits(Limits value) {
    return new ChannelOptions(
        tls, peerCheck, executor, userAgent, authority, codecs, idleTimeout, value, keepAlive);
  }

  ChannelOptions withKeepAlive(KeepAlive value) {
    return new ChannelOptions(
        tls, peerCheck, executor, userAgent, authority, codecs, idleTimeout, limits, value);
  }
}
