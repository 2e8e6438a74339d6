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
 * so many that stay. Certificates without a URI are nobody's. Confined to the event loop.
 *
 * <p>Invariant: of one identity at most {@code most} connections stay, and at most four times as
 * many exist. A connection stays until its client has announced that it replaces it, or we have
 * sent it away. So a client that has as many as it may have can renew all of them at once, each by
 * dialling anew before the old one drains, whatever calls are open on that; so can both ends one
 * after the other, and some connections be of age besides. Who announces, or is sent away, and does
 * not go, wins no more than that.
 *
 * <p>For one more than may stay the oldest that is unused is sent away; if there is none, the new
 * one is refused, and its client pauses before it dials again. One that was used within the last
 * second, or has just been made, is not unused: its owner would be back at once and send away the
 * next, and so on.
 */
final class Identities {
  private static final int URI = 6; // of a GeneralName, RFC 5280 §4.2.1.6

  private static final int GENERATIONS = 4; // before, our peer's, our own renewal, and an age

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
    if (known.size() >= GENERATIONS * most) return false;
    var staying = known.stream().filter(Connection::isStaying).toList();
    if (staying.size() >= most && !sendAwayOneOf(staying)) return false;
    known.add(connection);
    return true;
  }

  private static boolean sendAwayOneOf(List<Connection> staying) {
    var unused = staying.stream().filter(connection -> connection.ageing().isUnused()).findFirst();
    unused.ifPresent(connection -> connection.farewell(Lifetime.FOREVER));
    return unused.isPresent();
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
