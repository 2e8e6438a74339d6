package dev.meshkit.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Input;
import dev.meshkit.fuzz.Meter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * S2: what is accepted prints back byte for byte, and a certificate is somebody's only with exactly
 * one URI name, as another library reads it too.
 *
 * <p>Input: which form (URI text, DER, PEM), then that.
 */
public final class IdentityFuzz implements FuzzTarget {
  @Override
  public void run(byte[] bytes) throws Exception {
    var input = new Input(bytes);
    switch (input.octet() % 4) {
      case 0 -> uri(new String(input.rest(), StandardCharsets.UTF_8));
      case 1 -> certificate(input.rest());
      case 2 -> pemCertificates(input.rest());
      default -> pemKey(input.rest());
    }
  }

  private static void uri(String text) throws Exception {
    var read = new AtomicReference<>(Optional.<Identity>empty());
    Meter.watch(meter -> read.set(meter.of(2L * text.length(), () -> Identity.parse(text))));
    assertEquals(naive(text), read.get().isPresent(), text);
    read.get().ifPresent(identity -> assertEquals(text, identity.uri()));
  }

  /** The grammar once more, by hand. */
  private static boolean naive(String text) {
    if (!text.startsWith("spiffe://")) return false;
    var parts = text.substring("spiffe://".length()).split("/", -1);
    var labels = parts[0].split("\\.", -1);
    for (var label : labels) if (label.isEmpty()) return false;
    if (parts[0].length() > 63 || !isName(parts[0], ".-")) return false;
    if (parts.length == 3) {
      return (parts[1].equals("operator") || parts[1].equals("observer")) && isPart(parts[2]);
    }
    return parts.length == 5
        && parts[1].equals("region")
        && isPart(parts[2])
        && (parts[3].equals("node") || parts[3].equals("issuer"))
        && isPart(parts[4]);
  }

  private static boolean isPart(String text) {
    return text.length() <= 40 && isName(text, "-");
  }

  private static boolean isName(String text, String inside) {
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      var plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      var edge = i == 0 || i == text.length() - 1;
      if (!plain && (edge || inside.indexOf(c) < 0)) return false;
    }
    return !text.isEmpty();
  }

  private static void certificate(byte[] der) throws Exception {
    X509Certificate certificate;
    try {
      var factory = CertificateFactory.getInstance("X.509");
      certificate = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException noCertificate) {
      return;
    }
    var read = new AtomicReference<>(Optional.<Identity>empty());
    Meter.watch(meter -> read.set(meter.of(der.length, () -> Identity.of(certificate))));
    if (read.get().isEmpty()) return;
    var uris = otherwiseRead(certificate.getEncoded());
    if (uris.isPresent()) assertEquals(List.of(read.get().get().uri()), uris.get());
  }

  /** The URI names as BouncyCastle reads them; empty if it is stricter than the JDK. */
  private static Optional<List<String>> otherwiseRead(byte[] der) {
    var uris = new ArrayList<String>();
    try {
      var extensions = new X509CertificateHolder(der).getExtensions();
      var names = GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
      for (var name : names.getNames()) {
        if (name.getTagNo() == GeneralName.uniformResourceIdentifier) {
          uris.add(name.getName().toString());
        }
      }
      return Optional.of(uris);
    } catch (IOException | RuntimeException stricter) {
      return Optional.empty();
    }
  }

  private static void pemCertificates(byte[] pem) throws Exception {
    try {
      var read = Pem.certificates(pem);
      assertEquals(read, Pem.certificates(Pem.write(read)));
    } catch (CertificateException declared) {
      assertTrue(declared.getMessage() == null || !declared.getMessage().isBlank());
    }
  }

  private static void pemKey(byte[] pem) throws Exception {
    try {
      var read = Pem.key(pem);
      assertEquals(read, Pem.key(Pem.write(read)));
    } catch (GeneralSecurityException declared) {
      assertTrue(declared.getMessage() == null || !declared.getMessage().isBlank());
    }
  }

  @Override
  public List<byte[]> seeds() throws Exception {
    var id = NodeId.of("eu", "n1");
    var seeds = new ArrayList<byte[]>();
    for (var text :
        List.of(
            "spiffe://dev.a-b/region/eu/node/n1",
            "spiffe://c/region/eu/issuer/n1",
            "spiffe://c/operator/ann",
            "spiffe://c/observer/bob",
            "spiffe://a..b/operator/ann",
            "spiffe://c/region/EU/node/n1")) {
      seeds.add(seed(0, text.getBytes(StandardCharsets.UTF_8)));
    }
    var ca = new TestCa("c");
    var good = ca.node(id);
    var two = ca.named(id, "spiffe://c/region/eu/node/n1", "spiffe://c/region/eu/node/n2");
    var odd = ca.named(id, "spiffe://c/region/eu/node/N1");
    for (var who : List.of(good, two, odd)) seeds.add(seed(1, who.chain().getFirst().getEncoded()));
    seeds.add(seed(2, Pem.write(good.chain())));
    seeds.add(seed(3, Pem.write(good.key().getPrivateKey("node"))));
    return seeds;
  }

  private static byte[] seed(int form, byte[] bytes) {
    var out = new ByteArrayOutputStream();
    out.write(form);
    out.writeBytes(bytes);
    return out.toByteArray();
  }
}
