package dev.meshkit.grpc;

import java.util.Objects;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Who this side is and whom it trusts. Compared by identity: a new object is a reload. Both are
 * asked on an event loop, within a handshake, and must not block: other connections wait for them.
 * What has to look elsewhere belongs in a {@link PeerCheck}, which has a thread of its own.
 *
 * @param key presents this side's certificate and signs with its key
 * @param trust decides whether a peer's chain is acceptable; its refusal reaches the peer as a TLS
 *     alert
 */
public record TlsIdentity(X509ExtendedKeyManager key, X509ExtendedTrustManager trust) {
  /** Checks presence. */
  public TlsIdentity {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(trust, "trust");
  }
}
