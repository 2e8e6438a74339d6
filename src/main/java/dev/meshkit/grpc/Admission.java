package dev.meshkit.grpc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.netty.handler.codec.quic.QuicChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From the end of the handshake to the peer's admission: the protocol must be h3, the {@link
 * PeerCheck} must admit, the owner's filters must return. The check is then repeated each second.
 * Confined to the event loop, but for application code, which runs on virtual threads.
 */
final class Admission {
  private static final System.Logger LOG = System.getLogger(Admission.class.getName());

  private final Connection connection;
  private final Checker checker;
  private final TransportFilters filters;
  private Attributes bare = Attributes.EMPTY;
  private Optional<Attributes> known = Optional.empty();
  private String identity = Identities.NOBODY;
  private boolean filtering;

  Admission(Connection connection, PeerCheck check, TransportFilters filters) {
    this.connection = connection;
    this.checker = new Checker(check, connection.remote(), this::judged);
    this.filters = filters;
  }

  /** The handshake is done. */
  void begin(QuicChannel channel) {
    var remote = connection.remote();
    var engine = channel.sslEngine();
    if (engine == null || !speaksHttp3(engine.getApplicationProtocol())) {
      connection.close(
          Failures.ofOurs(
              Kind.ALPN, remote + " does not speak h3", Http3ConnectException.NONE, "no h3"));
      return;
    }
    var session = engine.getSession();
    identity = Identities.of(session);
    bare =
        Attributes.newBuilder()
            .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, remote)
            .set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, channel.localSocketAddress())
            .set(Grpc.TRANSPORT_ATTR_SSL_SESSION, session)
            .build();
    checker.begin(session, connection.loop());
  }

  /** The URI of the peer's certificate, once the handshake is done; set before any call begins. */
  String identity() {
    return identity;
  }

  /** Not that BoringSSL would let a handshake end otherwise: it is asserted (T21). */
  static boolean speaksHttp3(@Nullable String negotiated) {
    return QuicSettings.ALPN.equals(negotiated);
  }

  /** Has the peer judged once more. */
  void again(Questions questions) {
    checker.again(questions, connection.loop());
  }

  private void judged(Verdict verdict) {
    if (connection.isClosed()) return;
    switch (verdict) {
      case Verdict.Refuse(var code, var reason) ->
          connection.close(
              Failures.ofOurs(
                  Kind.PEER_CHECK,
                  "we refused " + connection.remote() + ": " + reason,
                  Http3ConnectException.REFUSAL_BASE + code,
                  reason));
      case Verdict.Admit() -> {
        if (!filtering) filter();
      }
    }
  }

  /** The owner's filters are application code: they run on a thread of their own. */
  private void filter() {
    filtering = true;
    Thread.ofVirtual()
        .name("meshkit-transport-filter")
        .start(
            () -> {
              var filtered = filtered();
              Reactor.tell(connection.loop(), () -> admit(filtered));
            });
  }

  private Optional<Attributes> filtered() {
    try {
      return Optional.of(filters.ready(bare));
    } catch (RuntimeException failure) {
      LOG.log(
          System.Logger.Level.WARNING,
          "a transport filter threw, so its connection is closed",
          failure);
      return Optional.empty();
    }
  }

  private void admit(Optional<Attributes> filtered) {
    if (connection.isClosed()) {
      filtered.ifPresent(this::terminated);
    } else {
      known = filtered;
      filtered.ifPresentOrElse(connection::admitted, connection::closeQuietly);
    }
  }

  /** The connection has ended: tells the filters that were told of it. */
  void ended() {
    known.ifPresent(this::terminated);
  }

  private void terminated(Attributes attributes) {
    Thread.ofVirtual()
        .name("meshkit-transport-filter")
        .start(
            () -> {
              try {
                filters.terminated(attributes);
              } catch (RuntimeException failure) {
                LOG.log(System.Logger.Level.WARNING, "a transport filter threw", failure);
              }
            });
  }
}
