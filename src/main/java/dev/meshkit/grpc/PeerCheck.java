package dev.meshkit.grpc;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The application's word on a peer: asked after every handshake, before a stream is used or read,
 * and then once a second while the connection lives.
 *
 * <p>Runs on a virtual thread, never on an event loop, so it may block; several connections are
 * checked at once. A check that throws refuses.
 */
@FunctionalInterface
public interface PeerCheck {
  /**
   * Judges the chain of the session, leaf first and never empty (no certificate is a refusal before
   * anyone is asked).
   *
   * @param chain what the peer proved to hold the key of, as TLS accepted it
   * @param remote where the peer's packets come from
   */
  Verdict check(List<X509Certificate> chain, SocketAddress remote);

  /**
   * Tells that a connection ended before it was let in: its handshake failed, on either side, or
   * this check refused it. A server's is told of each, on a virtual thread.
   *
   * @param remote where the peer's packets came from
   * @param cause how it ended
   */
  default void refused(SocketAddress remote, Http3ConnectException cause) {}

  /** Admits whoever TLS admitted. */
  static PeerCheck admitAll() {
    return (_, _) -> new Verdict.Admit();
  }
}
