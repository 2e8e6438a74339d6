package dev.meshkit.security;

import dev.meshkit.api.NodeId;
import dev.meshkit.security.Admission.Refused;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Judges peers of the mesh port: only nodes of this cluster, under these roots, now. Thread-safe;
 * reads only the clock. A chain is proved once; after that only its dates and names are looked at.
 */
public final class PeerVerifier {
  private final String cluster;
  private final List<X509Certificate> roots;
  private final DenyList local;
  private final DenyList denied; // here, or by the whole cluster
  private final InstantSource wall;
  private final ProvenChains proven = new ProvenChains();

  /** Lets in the nodes of {@code cluster} whose chains end in one of {@code roots}. */
  public PeerVerifier(String cluster, List<X509Certificate> roots, InstantSource wall) {
    this(cluster, roots, DenyList.NONE, wall);
  }

  /** The same, but for those on the list. */
  public PeerVerifier(
      String cluster, List<X509Certificate> roots, DenyList denied, InstantSource wall) {
    this(cluster, roots, denied, DenyList.NONE, wall);
  }

  private PeerVerifier(
      String cluster,
      List<X509Certificate> roots,
      DenyList local,
      DenyList revoked,
      InstantSource wall) {
    this.cluster = cluster;
    this.roots = List.copyOf(roots);
    this.local = local;
    this.denied = local.and(revoked);
    this.wall = wall;
  }

  /** The same, but for those whom the cluster has revoked, instead of whom it had before. */
  PeerVerifier revoking(DenyList revoked) {
    return new PeerVerifier(cluster, roots, local, revoked, wall);
  }

  /** All checks of a peer that dialled us; leaf first. */
  public Admission client(List<X509Certificate> chain) {
    return judge(chain, expected(Expected.Side.CLIENT, NodeId.NOBODY));
  }

  /** All checks of a peer that we dialled; {@link NodeId#NOBODY} if whoever is there will do. */
  public Admission server(List<X509Certificate> chain, NodeId dialled) {
    return judge(chain, expected(Expected.Side.SERVER, dialled));
  }

  /**
   * Checks 1 to 3 within the handshake, so that a stranger is met with a TLS alert. The other
   * checks are {@link #client}'s and {@link #server}'s, after it.
   */
  public X509ExtendedTrustManager trustManager() {
    return new HandshakeTrust(this);
  }

  private Admission judge(List<X509Certificate> chain, Expected expected) {
    var untrusted = trust(chain, expected);
    return untrusted.isPresent() ? untrusted.get() : ChainRules.naming(chain, expected);
  }

  /** Checks 1 to 3; {@link ChainRules#trust} only of what was not proved before. */
  Optional<Refused> trust(List<X509Certificate> chain, Expected expected) {
    if (proven.holds(chain, expected.now())) return Optional.empty();
    var refused = ChainRules.trust(chain, expected);
    if (refused.isEmpty()) proven.proved(chain);
    return refused;
  }

  List<X509Certificate> roots() {
    return roots;
  }

  /** Why a node is refused by its name, whatever its certificate, if it is. */
  public Optional<String> denial(NodeId node) {
    return Optional.ofNullable(denied.nodes().get(node));
  }

  /** Whether it judges as another does. */
  boolean isLike(PeerVerifier other) {
    return roots.equals(other.roots) && denied.equals(other.denied);
  }

  Expected expected(Expected.Side side, NodeId node) {
    return new Expected(cluster, roots, wall.instant(), side, Set.of(Role.NODE), node, denied);
  }
}
