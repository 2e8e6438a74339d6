package dev.meshkit.security;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * What this node proves itself with, and whom it trusts.
 *
 * @param who this node
 * @param key presents the chain and signs with the key
 * @param chain leaf first, without the root
 * @param verifier judges peers
 */
public record Credentials(
    Identity.Node who,
    X509ExtendedKeyManager key,
    List<X509Certificate> chain,
    PeerVerifier verifier) {
  /** Copies the chain. */
  public Credentials {
    chain = List.copyOf(chain);
  }

  /** Of one private key. */
  static Credentials of(
      Identity.Node who, PrivateKey key, List<X509Certificate> chain, PeerVerifier verifier) {
    return new Credentials(who, new OneKey(key, chain), chain, verifier);
  }

  /** The same, but for peers whom the cluster has revoked, instead of whom it had before. */
  public Credentials revoking(DenyList revoked) {
    return new Credentials(who, key, chain, verifier.revoking(revoked));
  }

  /** When the certificate ends. */
  public Instant notAfter() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /** Who, until when; no key. */
  @Override
  public String toString() {
    return "Credentials[" + who.uri() + " until " + notAfter() + "]";
  }
}
