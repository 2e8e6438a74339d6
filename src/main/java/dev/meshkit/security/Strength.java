package dev.meshkit.security;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Which keys and signatures are strong enough: P-256, P-384 or RSA from 3072 bits, SHA-256 up. */
final class Strength {
  private static final int MIN_RSA_BITS = 3072;
  private static final Set<String> SIGNATURES =
      Set.of(
          "SHA256WITHECDSA",
          "SHA384WITHECDSA",
          "SHA512WITHECDSA",
          "SHA256WITHRSA",
          "SHA384WITHRSA",
          "SHA512WITHRSA",
          "RSASSA-PSS");
  private static final List<ECParameterSpec> CURVES =
      Stream.of("secp256r1", "secp384r1").map(Strength::curve).toList();

  private Strength() {}

  /** What is too weak about a certificate; empty when nothing is. */
  static Optional<String> weakness(X509Certificate certificate) {
    var signature = certificate.getSigAlgName();
    if (!SIGNATURES.contains(signature.toUpperCase(Locale.ROOT))) {
      return Optional.of("a signature of " + signature);
    }
    return switch (certificate.getPublicKey()) {
      case ECPublicKey key when CURVES.stream().anyMatch(curve -> same(curve, key.getParams())) ->
          Optional.empty();
      case ECPublicKey key -> Optional.of("a key on another curve, " + key.getParams());
      case RSAPublicKey key when key.getModulus().bitLength() >= MIN_RSA_BITS -> Optional.empty();
      case RSAPublicKey key ->
          Optional.of("an RSA key of " + key.getModulus().bitLength() + " bits");
      case java.security.PublicKey key -> Optional.of("a key of " + key.getAlgorithm());
    };
  }

  private static boolean same(ECParameterSpec curve, ECParameterSpec other) {
    return curve.getCurve().equals(other.getCurve())
        && curve.getGenerator().equals(other.getGenerator())
        && curve.getOrder().equals(other.getOrder())
        && curve.getCofactor() == other.getCofactor();
  }

  private static ECParameterSpec curve(String name) {
    try {
      var parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(name));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("no " + name + " in this JDK", impossible);
    }
  }
}
