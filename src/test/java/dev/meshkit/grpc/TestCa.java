package dev.meshkit.grpc;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority for tests: P-256 leaves with one URI SAN (and localhost), valid for an
 * hour.
 */
public final class TestCa {
  private static final AtomicLong SERIAL = new AtomicLong(1);
  static final char[] PASSWORD = new char[0];

  private final KeyPair keys = newKeys();
  private final X500Name name;
  private final X509Certificate certificate;

  /** A new authority of this name. */
  public TestCa(String name) throws Exception {
    this.name = new X500Name("CN=" + name);
    this.certificate = sign(this.name, keys, true, "spiffe://test");
  }

  /** An authority, where no exception may be declared. */
  static TestCa named(String name) {
    try {
      return new TestCa(name);
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** As {@link #identity}, where no exception may be declared. */
  TlsIdentity identityOf(String uri) {
    try {
      return identity(uri);
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static KeyPair newKeys() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (java.security.GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private X509Certificate sign(X500Name subject, KeyPair subjectKeys, boolean ca, String uri)
      throws Exception {
    var now = Instant.now();
    var hour = Duration.ofHours(1);
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(SERIAL.getAndIncrement()),
            Date.from(now.minus(hour)),
            Date.from(now.plus(hour)),
            subject,
            subjectKeys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
    var san =
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.uniformResourceIdentifier, uri),
              new GeneralName(GeneralName.dNSName, "localhost") // for peers that look at names
            });
    builder.addExtension(Extension.subjectAlternativeName, false, san);
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  /** Someone with a certificate of this authority, who trusts this authority. */
  public TlsIdentity identity(String uri) throws Exception {
    return new TlsIdentity(keyManager(uri), trustManager());
  }

  /** The key of a new leaf for {@code uri}. */
  X509ExtendedKeyManager keyManager(String uri) throws Exception {
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keyStore(uri), PASSWORD);
    return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
  }

  /** The same as a store, with one entry {@code leaf} under {@link #PASSWORD}. */
  KeyStore keyStore(String uri) throws Exception {
    var leafKeys = newKeys();
    var leaf = sign(new X500Name("CN=leaf"), leafKeys, false, uri);
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    store.setKeyEntry(
        "leaf", leafKeys.getPrivate(), PASSWORD, new X509Certificate[] {leaf, certificate});
    return store;
  }

  /** Trusts this authority alone. */
  X509ExtendedTrustManager trustManager() throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    store.setCertificateEntry("ca", certificate);
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  /** The one URI in a leaf's SAN. */
  static String uriOf(X509Certificate leaf) {
    try {
      return leaf.getSubjectAlternativeNames().iterator().next().get(1).toString();
    } catch (java.security.cert.CertificateParsingException malformed) {
      throw new IllegalStateException(malformed);
    }
  }
}
