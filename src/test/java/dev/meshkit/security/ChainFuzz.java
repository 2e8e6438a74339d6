package dev.meshkit.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Input;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * S1, S2: whatever certificates a peer sends, there is a verdict, and it is never laxer than the
 * path check of the JDK.
 *
 * <p>Input: certificates in DER, each after its length in two bytes.
 */
public final class ChainFuzz implements FuzzTarget {
  private static final TestCa CA = new TestCa("c");
  private static final NodeId N1 = NodeId.of("eu", "n1");

  @Override
  public void run(byte[] bytes) throws Exception {
    var chain = new ArrayList<X509Certificate>();
    var input = new Input(bytes);
    while (input.hasMore() && chain.size() < 6) {
      var der = new byte[input.octet() << 8 | input.octet()];
      for (var i = 0; i < der.length; i++) der[i] = (byte) input.octet();
      certificate(der).ifPresent(chain::add);
    }
    var verdict = CA.verifier().client(chain);
    assertEquals(verdict, CA.verifier().client(chain), "the same again");
    if (verdict instanceof Admission.Admitted(var who)) {
      assertTrue(jdkAccepts(chain), "laxer than the JDK: " + who);
      assertEquals(who, Identity.of(chain.getFirst()).orElseThrow());
    }
  }

  private static Optional<X509Certificate> certificate(byte[] der) {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      return Optional.of(
          (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
    } catch (CertificateException noCertificate) {
      return Optional.empty(); // TLS would not get further either
    }
  }

  private static boolean jdkAccepts(List<X509Certificate> chain) {
    try {
      var anchors =
          CA.roots().stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
      var parameters = new PKIXParameters(Set.copyOf(anchors));
      parameters.setRevocationEnabled(false);
      var signed = chain.stream().filter(one -> !CA.roots().contains(one)).toList();
      var path = CertificateFactory.getInstance("X.509").generateCertPath(signed);
      java.security.cert.CertPathValidator.getInstance("PKIX").validate(path, parameters);
      return true;
    } catch (GeneralSecurityException refused) {
      return false;
    }
  }

  @Override
  public List<byte[]> seeds() throws Exception {
    var good = CA.node(N1).chain();
    var withRoot = new ArrayList<>(good);
    withRoot.addAll(CA.roots());
    return List.of(
        seed(good),
        seed(withRoot),
        seed(good.subList(0, 1)),
        seed(CA.expired(N1).chain()),
        seed(new TestCa("c").node(N1).chain()),
        seed(CA.roots()));
  }

  private static byte[] seed(List<X509Certificate> chain) throws CertificateException {
    var out = new ByteArrayOutputStream();
    for (var certificate : chain) {
      var der = certificate.getEncoded();
      out.write(der.length >> 8);
      out.write(der.length);
      out.writeBytes(der);
    }
    return out.toByteArray();
  }
}
