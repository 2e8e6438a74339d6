package dev.meshkit.security;

import java.security.cert.X509Certificate;

/**
 * What this node proves itself with now, and whom it trusts: the one place that all its listeners
 * and dials read, so that other credentials reach them all at once. Thread-safe.
 */
public final class OwnCredentials {
  private volatile Credentials now;

  private OwnCredentials(Credentials first) {
    this.now = first;
  }

  /** These, until others are published. */
  public static OwnCredentials of(Credentials first) {
    return new OwnCredentials(first);
  }

  /** Those of now. */
  public Credentials now() {
    return now;
  }

  /** The certificate that this node shows now. */
  public X509Certificate leaf() {
    return now.chain().getFirst();
  }

  /**
   * Goes by others from now on; false if they are the same: the same chain, and the same rules.
   *
   * @throws IllegalArgumentException if they are another node's
   */
  public synchronized boolean publish(Credentials next) {
    if (!next.who().equals(now.who())) {
      throw new IllegalArgumentException("want credentials of " + now.who() + ", not " + next);
    }
    var same = next.chain().equals(now.chain()) && next.verifier().isLike(now.verifier());
    if (!same) now = next;
    return !same;
  }
}
