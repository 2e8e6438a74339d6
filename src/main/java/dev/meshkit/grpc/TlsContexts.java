package dev.meshkit.grpc;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.ssl.ClientAuth;
import java.util.function.Supplier;

/**
 * The TLS context of the current identity. Netty freezes CA list and ticket keys when a context is
 * built, so a new identity is a new context; handshakes that began keep the old one.
 */
final class TlsContexts {
  private final Supplier<TlsIdentity> identities;
  private final boolean server;
  private volatile Built built;

  private record Built(TlsIdentity identity, QuicSslContext context) {}

  private TlsContexts(Supplier<TlsIdentity> identities, boolean server) {
    this.identities = identities;
    this.server = server;
    this.built = build(identities.get());
  }

  static TlsContexts forClient(Supplier<TlsIdentity> identities) {
    return new TlsContexts(identities, false);
  }

  static TlsContexts forServer(Supplier<TlsIdentity> identities) {
    return new TlsContexts(identities, true);
  }

  /** Asks for the identity and, if it is another object, builds its context. May block. */
  @SuppressWarnings("ReferenceEquality") // a reload is another object, whatever it contains
  void refresh() {
    var now = identities.get();
    if (now != built.identity()) built = build(now);
  }

  /** An engine for the next handshake. Never blocks. */
  QuicSslEngine engine() {
    return built.context().newEngine(ByteBufAllocator.DEFAULT);
  }

  /**
   * Names are URIs, so no host name is verified. Resumption stays off: a dialled engine has no peer
   * host to remember a ticket by, and a stranger's ticket is good for one second.
   */
  private Built build(TlsIdentity identity) {
    var builder =
        server
            ? QuicSslContextBuilder.forServer(identity.key(), null).clientAuth(ClientAuth.REQUIRE)
            : QuicSslContextBuilder.forClient().keyManager(identity.key(), null);
    return new Built(
        identity,
        builder
            .trustManager(identity.trust())
            .applicationProtocols(QuicSettings.ALPN)
            .endpointIdentificationAlgorithm("")
            .earlyData(false)
            .sessionTimeout(1)
            .build());
  }
}
