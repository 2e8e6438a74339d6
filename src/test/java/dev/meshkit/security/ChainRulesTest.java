package dev.meshkit.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.NodeId;
import dev.meshkit.runtime.Chance;
import dev.meshkit.security.Admission.Admitted;
import dev.meshkit.security.Admission.Refused;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

/** The order and the verdicts of the checks of a peer's chain (S1, S2, S4): a matrix. */
class ChainRulesTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final String URI = "spiffe://c/region/eu/node/n1";

  @SuppressWarnings("TimeInStaticInitializer") // any time within the life of the certificates
  private static final Instant NOW = InstantSource.system().instant();

  private static final TestCa CA = new TestCa("c");

  @Test
  void aNodeOfTheClusterIsAdmittedFromBothSides() {
    var chain = CA.node(N1).chain();
    assertEquals(new Admitted(new Identity.Node("c", N1)), judge(chain));
    assertEquals(new Admitted(new Identity.Node("c", N1)), CA.verifier().client(chain));
    assertEquals(new Admitted(new Identity.Node("c", N1)), CA.verifier().server(chain, N1));
  }

  @Test
  void aChainThatCarriesItsRootIsAdmittedToo() {
    var chain = new ArrayList<>(CA.node(N1).chain());
    chain.addAll(CA.roots());
    assertInstanceOf(Admitted.class, judge(chain));
  }

  @Test
  void noCertificate() {
    assertEquals(TlsCode.NO_CERTIFICATE, code(List.of()));
  }

  @Test
  void foreignAuthority() {
    assertEquals(TlsCode.FOREIGN_CA, code(new TestCa("c").node(N1).chain()));
  }

  @Test
  void aLeafWithoutItsIssuer() {
    assertEquals(TlsCode.FOREIGN_CA, code(CA.node(N1).chain().subList(0, 1)));
  }

  @Test
  void expiredAndNotYetValid() {
    assertEquals(TlsCode.EXPIRED, code(CA.expired(N1).chain()));
    assertEquals(TlsCode.NOT_YET_VALID, code(CA.future(N1).chain()));
  }

  @Test
  void malformedAndDoubleNames() {
    assertEquals(TlsCode.BAD_IDENTITY, code(CA.named(N1).chain()));
    assertEquals(TlsCode.BAD_IDENTITY, code(CA.named(N1, URI, URI + "2").chain()));
    assertEquals(TlsCode.BAD_IDENTITY, code(CA.named(N1, "spiffe://c/region/eu").chain()));
  }

  @Test
  void anotherNodeThanWasDialled() {
    var found = CA.verifier().server(CA.node(N1).chain(), NodeId.of("eu", "n2"));
    assertEquals(new Refused(TlsCode.OTHER_NODE, URI + ", not eu/n2"), found);
  }

  /** The name constraint of the issuer catches it before our own check of the trust domain does. */
  @Test
  void anotherClusterUnderTheSameRoot() {
    assertEquals(TlsCode.FOREIGN_CA, code(CA.named(N1, "spiffe://d/region/eu/node/n1").chain()));
    var expected =
        new Expected(
            "d",
            CA.roots(),
            NOW,
            Expected.Side.CLIENT,
            Set.of(Role.NODE),
            NodeId.NOBODY,
            DenyList.NONE);
    var found = assertInstanceOf(Refused.class, ChainRules.judge(CA.node(N1).chain(), expected));
    assertEquals(new Refused(TlsCode.OTHER_CLUSTER, "of cluster c, not d"), found);
  }

  @Test
  void aRoleThatTheListenerIsNotFor() {
    assertEquals(TlsCode.WRONG_ROLE, code(CA.named(N1, "spiffe://c/operator/ann").chain()));
    assertEquals(TlsCode.WRONG_ROLE, code(CA.named(N1, "spiffe://c/region/eu/issuer/n1").chain()));
  }

  @Test
  void aCertificateAuthorityIsNoPeer() {
    assertEquals(TlsCode.WRONG_ROLE, code(List.of(CA.issuer().certificate())));
  }

  @Test
  void usagesMustFitTheSide() throws Exception {
    var clientOnly = chain(ec("secp256r1"), "SHA256withECDSA", KeyPurposeId.id_kp_clientAuth);
    assertInstanceOf(Admitted.class, CA.verifier().client(clientOnly));
    var refused = assertInstanceOf(Refused.class, CA.verifier().server(clientOnly, NodeId.NOBODY));
    assertEquals(TlsCode.WRONG_ROLE, refused.code());
  }

  @Test
  void weakKeysAndSignatures() throws Exception {
    var purpose = KeyPurposeId.id_kp_clientAuth;
    assertInstanceOf(Admitted.class, judge(chain(ec("secp384r1"), "SHA384withECDSA", purpose)));
    assertInstanceOf(Admitted.class, judge(chain(rsa(3072), "SHA256withECDSA", purpose)));
    assertEquals(TlsCode.WEAK_CHAIN, code(chain(rsa(2048), "SHA256withECDSA", purpose)));
    assertEquals(TlsCode.WEAK_CHAIN, code(chain(ec("secp521r1"), "SHA256withECDSA", purpose)));
    assertEquals(TlsCode.WEAK_CHAIN, code(chain(ec("secp256r1"), "SHA1withECDSA", purpose)));
  }

  @Test
  void moreCertificatesThanAChainMayHave() {
    var chain = new ArrayList<>(CA.node(N1).chain());
    chain.addAll(Collections.nCopies(3, CA.issuer().certificate()));
    assertEquals(TlsCode.WEAK_CHAIN, code(chain));
  }

  @Test
  void theFirstFailedCheckIsTheVerdict() {
    // expired and malformed: the date comes first
    var both = CA.issuance();
    try {
      var life = new Issuance.Life(NOW.minus(Duration.ofDays(2)), NOW.minusSeconds(60));
      var leaf = both.leaf(CA.issuer(), List.of("nonsense:"), life);
      var chain = List.of(leaf.certificate(), CA.issuer().certificate());
      assertEquals(TlsCode.EXPIRED, code(chain));
    } catch (java.security.GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Admission judge(List<X509Certificate> chain) {
    return CA.verifier().client(chain);
  }

  private static TlsCode code(List<X509Certificate> chain) {
    return assertInstanceOf(Refused.class, judge(chain)).code();
  }

  private static java.security.KeyPair ec(String curve) throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static java.security.KeyPair rsa(int bits) throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  /** A leaf with this key and purpose, signed so by the issuer. */
  private static List<X509Certificate> chain(
      java.security.KeyPair pair, String signature, KeyPurposeId purpose) throws Exception {
    var builder =
        new JcaX509v3CertificateBuilder(
            CA.issuer().certificate().getSubjectX500Principal(),
            new BigInteger(127, Chance.secure()),
            Date.from(NOW.minusSeconds(60)),
            Date.from(NOW.plusSeconds(600)),
            new X500Principal("CN=odd"),
            pair.getPublic());
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
    builder.addExtension(
        Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(6, URI)));
    var signer = new JcaContentSignerBuilder(signature).build(CA.issuer().key());
    var leaf = new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    return List.of(leaf, CA.issuer().certificate());
  }
}
