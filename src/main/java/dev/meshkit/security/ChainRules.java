package dev.meshkit.security;

import dev.meshkit.security.Admission.Admitted;
import dev.meshkit.security.Admission.Refused;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The checks of a peer's chain, in their order; the first that fails is the verdict. A function of
 * its arguments: no clock, file or socket; who is revoked is one of them.
 */
final class ChainRules {
  /** The most certificates a chain may have. */
  static final int MAX_CERTIFICATES = 4;

  /** The most bytes a chain may have. */
  static final int MAX_BYTES = 32 << 10;

  private ChainRules() {}

  /** All checks. */
  static Admission judge(List<X509Certificate> chain, Expected expected) {
    var untrusted = trust(chain, expected);
    return untrusted.isPresent() ? untrusted.get() : naming(chain, expected);
  }

  /** Checks 4 and on, of a chain that passed {@link #trust}: what it may be used for, and whose. */
  static Admission naming(List<X509Certificate> chain, Expected expected) {
    var leaf = chain.getFirst();
    var misused = usage(leaf, expected.side());
    if (misused.isPresent()) return misused.get();
    var named = Identity.of(leaf);
    if (named.isEmpty()) {
      return new Refused(TlsCode.BAD_IDENTITY, "its URI names are " + Identity.uris(leaf));
    }
    var who = named.get();
    if (who.cluster().equals(expected.cluster())) {
      var denied = expected.denied().refusal(who, chain);
      if (denied.isPresent()) return new Refused(TlsCode.REVOKED, denied.get());
    }
    return belongs(who, expected);
  }

  /** Checks 1 to 3: there is a chain, it is strong and small, and it ends in our roots, now. */
  static Optional<Refused> trust(List<X509Certificate> chain, Expected expected) {
    if (chain.isEmpty()) {
      return Optional.of(new Refused(TlsCode.NO_CERTIFICATE, "the peer sent no certificate"));
    }
    var weak = weakness(chain);
    return weak.isPresent() ? weak : path(chain, expected);
  }

  private static Optional<Refused> weakness(List<X509Certificate> chain) {
    if (chain.size() > MAX_CERTIFICATES) return weak(chain.size() + " certificates");
    var bytes = 0;
    for (var certificate : chain) {
      try {
        bytes += certificate.getEncoded().length;
      } catch (CertificateEncodingException unreadable) {
        return weak("an unreadable certificate: " + unreadable.getMessage());
      }
      var found = Strength.weakness(certificate);
      if (found.isPresent()) return weak(found.get());
    }
    return bytes > MAX_BYTES ? weak(bytes + " bytes") : Optional.empty();
  }

  private static Optional<Refused> weak(String found) {
    return Optional.of(new Refused(TlsCode.WEAK_CHAIN, "its chain has " + found));
  }

  private static Optional<Refused> path(List<X509Certificate> chain, Expected expected) {
    var anchors = new HashSet<TrustAnchor>();
    expected.roots().forEach(root -> anchors.add(new TrustAnchor(root, null)));
    var signed = chain.stream().filter(one -> !expected.roots().contains(one)).toList();
    try {
      var parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(expected.now()));
      var path = CertificateFactory.getInstance("X.509").generateCertPath(signed);
      CertPathValidator.getInstance("PKIX").validate(path, parameters);
      return Optional.empty();
    } catch (CertPathValidatorException broken) {
      return Optional.of(broken(broken, chain.getFirst()));
    } catch (CertificateException broken) {
      return Optional.of(new Refused(TlsCode.FOREIGN_CA, String.valueOf(broken.getMessage())));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("no PKIX in this JDK", impossible);
    }
  }

  private static Refused broken(CertPathValidatorException broken, X509Certificate leaf) {
    if (broken.getReason() == BasicReason.EXPIRED) {
      return new Refused(TlsCode.EXPIRED, "it ended " + leaf.getNotAfter().toInstant());
    }
    if (broken.getReason() == BasicReason.NOT_YET_VALID) {
      return new Refused(TlsCode.NOT_YET_VALID, "it begins " + leaf.getNotBefore().toInstant());
    }
    return new Refused(TlsCode.FOREIGN_CA, String.valueOf(broken.getMessage()));
  }

  private static Optional<Refused> usage(X509Certificate leaf, Expected.Side side) {
    if (leaf.getBasicConstraints() >= 0) return misuse("it is a CA's certificate");
    var usage = leaf.getKeyUsage();
    if (usage == null || !usage[0]) return misuse("its key may not sign handshakes");
    try {
      var extended = leaf.getExtendedKeyUsage();
      if (extended == null || !extended.contains(side.usage())) {
        return misuse("its key may not be used as " + side);
      }
      return Optional.empty();
    } catch (CertificateParsingException unreadable) {
      return misuse("its key usages are unreadable");
    }
  }

  private static Optional<Refused> misuse(String found) {
    return Optional.of(new Refused(TlsCode.WRONG_ROLE, found));
  }

  private static Admission belongs(Identity who, Expected expected) {
    if (!who.cluster().equals(expected.cluster())) {
      return new Refused(
          TlsCode.OTHER_CLUSTER, "of cluster " + who.cluster() + ", not " + expected.cluster());
    }
    var named = who instanceof Identity.Node(_, var id) && id.equals(expected.node());
    if (!expected.node().isNobody() && !named) {
      return new Refused(TlsCode.OTHER_NODE, who.uri() + ", not " + expected.node());
    }
    return expected.roles().contains(who.role())
        ? new Admitted(who)
        : new Refused(TlsCode.WRONG_ROLE, who.role() + " where " + expected.roles() + " may call");
  }
}
