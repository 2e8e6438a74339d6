package dev.meshkit.security;

import dev.meshkit.api.NodeId;
import dev.meshkit.runtime.Chance;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** A cluster's CA in memory, which also signs what it should not. */
public final class TestCa {
  private final Issuance issuance = new Issuance(Chance.secure());
  private final Instant now = InstantSource.system().instant();
  private final String cluster;
  private final Issuance.Signer root;
  private final Issuance.Signer issuer;

  /** A CA of its own for {@code cluster}. */
  public TestCa(String cluster) {
    this.cluster = cluster;
    try {
      root = issuance.root(cluster, now);
      issuer = issuance.issuer(root, cluster, now);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Good credentials of a node. */
  public Credentials node(NodeId id) {
    return named(id, new Identity.Node(cluster, id).uri());
  }

  /** Good credentials of a node that last longer than {@link #node}'s: what it is renewed with. */
  public Credentials renewed(NodeId id) {
    var life = new Issuance.Life(now.minusSeconds(300), now.plusSeconds(7200));
    return leaf(id, life, new Identity.Node(cluster, id).uri());
  }

  /** Credentials with exactly these URI names, whatever the node calls itself. */
  public Credentials named(NodeId id, String... uris) {
    return leaf(id, new Issuance.Life(now.minusSeconds(300), now.plusSeconds(3600)), uris);
  }

  /** Credentials that ended an hour ago. */
  public Credentials expired(NodeId id) {
    var life = new Issuance.Life(now.minus(Duration.ofDays(2)), now.minusSeconds(3600));
    return leaf(id, life, new Identity.Node(cluster, id).uri());
  }

  /** Credentials that begin in an hour. */
  public Credentials future(NodeId id) {
    var life = new Issuance.Life(now.plusSeconds(3600), now.plus(Duration.ofDays(2)));
    return leaf(id, life, new Identity.Node(cluster, id).uri());
  }

  /** This CA's node, trusting whom {@code other} trusts: a stranger that would like to come in. */
  public Credentials stranger(NodeId id, TestCa other) {
    var mine = node(id);
    return new Credentials(mine.who(), mine.key(), mine.chain(), other.verifier());
  }

  /** Credentials that show no certificate. */
  public Credentials anonymous(NodeId id) {
    var mine = node(id);
    return new Credentials(mine.who(), new NoKey(), mine.chain(), mine.verifier());
  }

  /** Judges as every node of the cluster does. */
  public PeerVerifier verifier() {
    return new PeerVerifier(cluster, roots(), InstantSource.system());
  }

  /** A good node by whose clock others are judged; for what ends while a connection is open. */
  public Credentials judging(NodeId id, InstantSource wall) {
    var good = node(id);
    var verifier = new PeerVerifier(cluster, roots(), wall);
    return new Credentials(good.who(), good.key(), good.chain(), verifier);
  }

  /** A good node that refuses whoever has this key. */
  public Credentials denying(NodeId id, X509Certificate theirs) {
    var denied = new DenyList(Map.of(), Map.of(DenyList.digest(theirs), "planted"));
    var good = node(id);
    var verifier = new PeerVerifier(cluster, roots(), denied, InstantSource.system());
    return new Credentials(good.who(), good.key(), good.chain(), verifier);
  }

  List<X509Certificate> roots() {
    return List.of(root.certificate());
  }

  Issuance.Signer issuer() {
    return issuer;
  }

  Issuance.Signer root() {
    return root;
  }

  Issuance issuance() {
    return issuance;
  }

  private Credentials leaf(NodeId id, Issuance.Life life, String... uris) {
    try {
      var leaf = issuance.leaf(issuer, List.of(uris), life);
      var chain = List.of(leaf.certificate(), issuer.certificate());
      return Credentials.of(new Identity.Node(cluster, id), leaf.key(), chain, verifier());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Presents nothing. */
  private static final class NoKey extends javax.net.ssl.X509ExtendedKeyManager {
    @Override
    public String[] getClientAliases(String keyType, java.security.Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String[] getServerAliases(String keyType, java.security.Principal[] issuers) {
      return new String[0];
    }

    @Override
    public @org.jspecify.annotations.Nullable String chooseClientAlias(
        String[] keyType, java.security.Principal[] issuers, java.net.Socket socket) {
      return null;
    }

    @Override
    public @org.jspecify.annotations.Nullable String chooseServerAlias(
        String keyType, java.security.Principal[] issuers, java.net.Socket socket) {
      return null;
    }

    @Override
    public @org.jspecify.annotations.Nullable String chooseEngineClientAlias(
        String[] keyType, java.security.Principal[] issuers, javax.net.ssl.SSLEngine engine) {
      return null;
    }

    @Override
    public X509Certificate @org.jspecify.annotations.Nullable [] getCertificateChain(String alias) {
      return null;
    }

    @Override
    public @org.jspecify.annotations.Nullable PrivateKey getPrivateKey(String alias) {
      return null;
    }
  }
}
