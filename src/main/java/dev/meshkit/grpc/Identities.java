package dev.meshkit.grpc;

import io.grpc.Grpc;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * How many connections each client has: an identity, which is the URI of its certificate, may have
 * so many. For one more its oldest connection without calls is sent away; if all are in use, the
 * new one is refused. Certificates without a URI are nobody's. Confined to the event loop.
 */
final class Identities {
  private static final int URI = 6; // of a GeneralName, RFC 5280 §4.2.1.6

  private final int most;
  private final Map<String, List<Connection>> connections = new HashMap<>(); // oldest first

  Identities(int most) {
    this.most = most;
  }

  /** Whether this connection may stay. */
  boolean admit(Connection connection) {
    var identity = of(connection);
    if (identity.isEmpty()) return true;
    var known = connections.computeIfAbsent(identity.get(), _ -> new ArrayList<>());
    known.removeIf(Connection::isLeaving);
    if (known.size() >= most && !sendAwayOneOf(known)) return false;
    known.add(connection);
    return true;
  }

  private static boolean sendAwayOneOf(List<Connection> known) {
    var idle = known.stream().filter(connection -> connection.streams().isEmpty()).findFirst();
    idle.ifPresent(connection -> connection.farewell(Lifetime.FOREVER));
    return idle.isPresent() && known.remove(idle.get());
  }

  /** A connection has ended. */
  void remove(Connection connection) {
    of(connection)
        .ifPresent(
            identity ->
                connections.computeIfPresent(
                    identity,
                    (_, known) -> {
                      known.remove(connection);
                      return known.isEmpty() ? null : known;
                    }));
  }

  private static Optional<String> of(Connection connection) {
    var session = connection.attributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) return Optional.empty(); // it was never admitted
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate leaf
          ? uriOf(leaf)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException none) {
      return Optional.empty();
    }
  }

  private static Optional<String> uriOf(X509Certificate leaf) {
    try {
      var names = leaf.getSubjectAlternativeNames();
      if (names == null) return Optional.empty();
      return names.stream()
          .filter(name -> Integer.valueOf(URI).equals(name.getFirst()))
          .map(name -> String.valueOf(name.get(1)))
          .findFirst();
    } catch (CertificateParsingException malformed) {
      return Optional.empty();
    }
  }
}
