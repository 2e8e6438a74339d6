package dev.meshkit.security;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes keys and signs certificates as the table of kinds says: root, issuer, node. What is signed
 * is parsed back by the JDK before anyone sees it.
 */
final class Issuance {
  /** Certificates begin this much earlier, so that a slow clock accepts them. */
  static final Duration SKEW = Duration.ofMinutes(5);

  /** Of a node's certificate. */
  static final Duration NODE_LIFE = Duration.ofDays(7);

  private static final Duration ROOT_LIFE = Duration.ofDays(3650);
  private static final Duration ISSUER_LIFE = Duration.ofDays(365);

  private final SecureRandom chance;

  Issuance(SecureRandom chance) {
    this.chance = chance;
  }

  /**
   * A certificate and its key: something that can sign.
   *
   * @param certificate the public half
   * @param key the private half
   */
  record Signer(X509Certificate certificate, PrivateKey key) {}

  /** A new P-256 key. */
  KeyPair key() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), chance);
    return generator.generateKeyPair();
  }

  /** A root of its own: 10 years, signs issuers only. */
  Signer root(String cluster, Instant now) throws GeneralSecurityException {
    var pair = key();
    var name = new X500Principal("CN=MeshKit root of " + cluster);
    var made = builder(name, name, pair, new Life(now.minus(SKEW), now.plus(ROOT_LIFE)));
    try {
      made.addExtension(Extension.basicConstraints, true, new BasicConstraints(1));
      made.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    } catch (CertIOException impossible) {
      throw new GeneralSecurityException(impossible);
    }
    return new Signer(sign(made, pair.getPrivate(), pair.getPublic()), pair.getPrivate());
  }

  /** An issuer under a root: 1 year, signs nodes of its cluster only. */
  Signer issuer(Signer root, String cluster, Instant now) throws GeneralSecurityException {
    var pair = key();
    var name = new X500Principal("CN=MeshKit issuer of " + cluster);
    var life = new Life(now.minus(SKEW), earlier(now.plus(ISSUER_LIFE), root));
    var made = builder(root.certificate().getSubjectX500Principal(), name, pair, life);
    var inside = new GeneralSubtree(new GeneralName(6, cluster));
    try {
      made.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      made.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      made.addExtension(
          Extension.nameConstraints,
          true,
          new NameConstraints(new GeneralSubtree[] {inside}, null));
    } catch (CertIOException impossible) {
      throw new GeneralSecurityException(impossible);
    }
    return new Signer(sign(made, root.key(), root.certificate().getPublicKey()), pair.getPrivate());
  }

  /** A node's certificate and key: 7 days, never beyond its issuer. */
  Signer node(Signer issuer, Identity.Node who, Instant now) throws GeneralSecurityException {
    return leaf(
        issuer,
        List.of(who.uri()),
        new Life(now.minus(SKEW), earlier(now.plus(NODE_LIFE), issuer)));
  }

  /**
   * From when to when.
   *
   * @param notBefore the first instant
   * @param notAfter the last
   */
  record Life(Instant notBefore, Instant notAfter) {}

  /** A leaf with these URI names and this life, whether or not a peer would accept it. */
  Signer leaf(Signer issuer, List<String> uris, Life life) throws GeneralSecurityException {
    var pair = key();
    var names = uris.stream().map(uri -> new GeneralName(6, uri)).toArray(GeneralName[]::new);
    var purposes = List.of(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth);
    var name = new X500Principal("CN=MeshKit node");
    var made = builder(issuer.certificate().getSubjectX500Principal(), name, pair, life);
    try {
      made.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      made.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      made.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
      if (names.length > 0) {
        made.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      }
    } catch (CertIOException impossible) {
      throw new GeneralSecurityException(impossible);
    }
    return new Signer(
        sign(made, issuer.key(), issuer.certificate().getPublicKey()), pair.getPrivate());
  }

  private JcaX509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, KeyPair pair, Life life) {
    var serial = new BigInteger(127, chance);
    return new JcaX509v3CertificateBuilder(
        issuer,
        serial,
        Date.from(life.notBefore()),
        Date.from(life.notAfter()),
        subject,
        pair.getPublic());
  }

  private X509Certificate sign(
      JcaX509v3CertificateBuilder made, PrivateKey key, java.security.PublicKey check)
      throws GeneralSecurityException {
    try {
      var signer =
          new JcaContentSignerBuilder("SHA256withECDSA").setSecureRandom(chance).build(key);
      var certificate = new JcaX509CertificateConverter().getCertificate(made.build(signer));
      certificate.verify(check);
      return certificate;
    } catch (OperatorCreationException impossible) {
      throw new GeneralSecurityException(impossible);
    }
  }

  private static Instant earlier(Instant wanted, Signer issuer) {
    var end = issuer.certificate().getNotAfter().toInstant();
    return wanted.isBefore(end) ? wanted : end;
  }
}
