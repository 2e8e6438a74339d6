package dev.meshkit.security;

import dev.meshkit.api.NodeId;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Judges peers of the mesh port: only nodes of this cluster, under these roots, now. Immutable and
 * thread-safe; reads only the clock.
 */
public final class PeerVerifier {
  private final String cluster;
  private final List<X509Certificate> roots;
  private final InstantSource wall;

  /** Lets in the nodes of {@code cluster} whose chains end in one of {@code roots}. */
  public PeerVerifier(String cluster, List<X509Certificate> roots, InstantSource wall) {
    this.cluster = cluster;
    this.roots = List.copyOf(roots);
    this.wall = wall;
  }

  /** All checks of a peer that dialled us; leaf first. */
  public Admission client(List<X509Certificate> chain) {
    return ChainRules.judge(chain, expected(Expected.Side.CLIENT, NodeId.NOBODY));
  }

  /** All checks of a peer that we dialled; {@link NodeId#NOBODY} if whoever is there will do. */
  public Admission server(List<X509Certificate> chain, NodeId dialled) {
    return ChainRules.judge(chain, expected(Expected.Side.SERVER, dialled));
  }

  /**
   * Checks 1 to 3 within the handshake, so that a stranger is met with a TLS alert. The other
   * checks are {@link #client}'s and {@link #server}'s, after it.
   */
  public X509ExtendedTrustManager trustManager() {
    return new HandshakeTrust(this);
  }

  List<X509Certificate> roots() {
    return roots;
  }

  Expected expected(Expected.Side side, NodeId node) {
    return new Expected(cluster, roots, wall.instant(), side, Set.of(Role.NODE), node);
  }
}
