package dev.meshkit.grpc;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * How many connections each client has: an identity, which is the URI of its certificate, may have
 * so many that stay. Certificates without a URI are nobody's. Confined to the event loop.
 *
 * <p>Invariant: of one identity at most {@code most} connections stay, and at most four times as
 * many exist. A connection stays until its client has announced that it replaces it, or we have
 * sent it away. So a client that has as many as it may have can renew all of them at once, each by
 * dialling anew before the old one drains, whatever calls are open on that; so can both ends one
 * after the other, and some connections be of age besides.
 *
 * <p>Invariant: of one identity at most {@code most} connections take new calls, beyond what
 * crosses our GOAWAY. A connection that was announced to leave takes them only while there is room:
 * once another has come in its place it is sent away, and finishes what it has. So who announces
 * and does not go wins no more calls by it, and what it leaves open is bounded by {@link
 * RunningCalls}.
 *
 * <p>For one more than may stay the oldest that is unused is sent away; if there is none, the new
 * one is refused, and its client pauses before it dials again. One that was used within the last
 * second, or has just been made, is not unused: its owner would be back at once and send away the
 * next, and so on.
 */
final class Identities {
  /** Whose a connection is whose certificate has no URI. */
  static final String NOBODY = "";

  private static final int URI = 6; // of a GeneralName, RFC 5280 §4.2.1.6

  private static final int GENERATIONS = 4; // before, our peer's, our own renewal, and an age

  private final int most;
  private final Map<String, List<Connection>> connections = new HashMap<>(); // oldest first

  Identities(int most) {
    this.most = most;
  }

  /** Whether this connection may stay. */
  boolean admit(Connection connection) {
    var identity = connection.identity();
    if (identity.equals(NOBODY)) return true;
    var same = connections.computeIfAbsent(identity, _ -> new ArrayList<>());
    if (same.size() >= GENERATIONS * most) return false;
    var staying = same.stream().filter(Connection::isStaying).toList();
    if (staying.size() >= most && !sendAwayOneOf(staying)) return false;
    same.add(connection);
    replace(same);
    return true;
  }

  private static boolean sendAwayOneOf(List<Connection> staying) {
    var unused = staying.stream().filter(connection -> connection.ageing().isUnused()).findFirst();
    unused.ifPresent(connection -> connection.farewell(Lifetime.FOREVER));
    return unused.isPresent();
  }

  /** Has those whose places are taken by others finish what they have, and no more. */
  private void replace(List<Connection> same) {
    var open = same.stream().filter(connection -> !connection.isLeaving()).toList();
    open.stream()
        .filter(connection -> !connection.isStaying())
        .limit(Math.max(0, open.size() - most))
        .forEach(connection -> connection.farewell(Lifetime.FOREVER));
  }

  /** A connection has ended. */
  void remove(Connection connection) {
    connections.computeIfPresent(
        connection.identity(),
        (_, same) -> {
          same.remove(connection);
          return same.isEmpty() ? null : same;
        });
  }

  /**
   * Whose a session is. Of TLS itself: what an application's filters make of a connection's
   * attributes must not free it from what holds for its identity.
   */
  static String of(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate leaf
          ? uriOf(leaf).orElse(NOBODY)
          : NOBODY;
    } catch (SSLPeerUnverifiedException none) {
      return NOBODY;
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
