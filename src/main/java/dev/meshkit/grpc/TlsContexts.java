package dev.meshkit.grpc;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.BoringSSLContextOption;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.ssl.ClientAuth;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/**
 * The TLS context of the current identity. Netty freezes CA list and ticket keys when a context is
 * built, so a new identity is a new context; handshakes that began keep the old one.
 */
final class TlsContexts {
  private static final System.Logger LOG = System.getLogger(TlsContexts.class.getName());

  private static final String[] GROUPS = {"X25519", "P-256"};

  private final Supplier<TlsIdentity> identities;
  private final boolean server;
  private volatile Built built;

  /** A context, and the engines it made: whoever uses another one uses an identity of the past. */
  private record Built(TlsIdentity identity, QuicSslContext context, Set<SSLEngine> engines) {}

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

  /**
   * Asks for the identity and, if it is another object, builds its context; true if so. May block.
   */
  @SuppressWarnings("ReferenceEquality") // a reload is another object, whatever it contains
  synchronized boolean refresh() {
    var now = identities.get();
    if (now == built.identity()) return false;
    built = build(now);
    return true;
  }

  /** The same, but an identity that cannot be had, or used, leaves the old one in place. */
  boolean reload() {
    try {
      return refresh();
    } catch (RuntimeException | Error failure) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the new TLS identity is unusable; the old one stays",
          failure);
      return false;
    }
  }

  /** An engine for the next handshake. Never blocks. */
  QuicSslEngine engine() {
    var now = built;
    var engine = now.context().newEngine(ByteBufAllocator.DEFAULT);
    now.engines().add(engine);
    return engine;
  }

  /** Whether an engine presents the identity of now. */
  boolean isCurrent(SSLEngine engine) {
    return built.engines().contains(engine);
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
            .option(BoringSSLContextOption.GROUPS, GROUPS)
            .build(),
        Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>())));
  }
}
