package dev.meshkit.security;

import dev.meshkit.runtime.FileTrouble;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Keys (PKCS #8) and certificates as PEM text (RFC 7468). */
final class Pem {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  /** A private key as PEM. */
  static byte[] write(PrivateKey key) {
    return block("PRIVATE KEY", key.getEncoded()).getBytes(StandardCharsets.US_ASCII);
  }

  /** Certificates as PEM, in order. */
  static byte[] write(List<X509Certificate> certificates) throws GeneralSecurityException {
    var text = new StringBuilder();
    for (var certificate : certificates)
      text.append(block("CERTIFICATE", certificate.getEncoded()));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** The private key that a PEM text holds, EC or RSA. */
  static PrivateKey key(byte[] pem) throws GeneralSecurityException {
    var block = KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
    if (!block.find()) throw new InvalidKeySpecException("no PEM block PRIVATE KEY (PKCS #8)");
    var der = der(block.group(1));
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (InvalidKeySpecException _) {
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    }
  }

  private interface Parser<T> {
    T parse(byte[] content) throws GeneralSecurityException;
  }

  /** The private key in a file. */
  static PrivateKey key(Path file) throws IOException {
    return read(file, "private key", Pem::key);
  }

  /** The certificates in a file, in order, at least one. */
  static List<X509Certificate> certificates(Path file) throws IOException {
    return read(file, "certificate", Pem::certificates);
  }

  private static <T> T read(Path file, String what, Parser<T> parser) throws IOException {
    try {
      return parser.parse(Files.readAllBytes(file));
    } catch (GeneralSecurityException unreadable) {
      var why = FileTrouble.why(unreadable);
      throw new UnfitFile(file + " holds no readable " + what + " (" + why + ")", "");
    }
  }

  private static byte[] der(String base64) throws InvalidKeySpecException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException cut) {
      throw new InvalidKeySpecException("its base64 is cut short", cut);
    }
  }

  /** The certificates that a PEM text holds, in order, at least one. */
  static List<X509Certificate> certificates(byte[] pem) throws CertificateException {
    var found = new ArrayList<X509Certificate>();
    var factory = CertificateFactory.getInstance("X.509");
    for (var one : factory.generateCertificates(new ByteArrayInputStream(pem))) {
      found.add((X509Certificate) one);
    }
    if (found.isEmpty()) throw new CertificateException("no certificate in it");
    return List.copyOf(found);
  }

  private static String block(String kind, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, LINES.encodeToString(der), kind);
  }
}
