package dev.meshkit.security;

import dev.meshkit.api.NodeId;
import dev.meshkit.security.Admission.Refused;
import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Refuses strangers within the handshake. The kind of each exception chooses the TLS alert the peer
 * sees, and its text begins with the code, for whoever reads this side's failure.
 */
final class HandshakeTrust extends X509ExtendedTrustManager {
  private final PeerVerifier verifier;

  HandshakeTrust(PeerVerifier verifier) {
    this.verifier = verifier;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyType, SSLEngine engine)
      throws CertificateException {
    check(chain, Expected.Side.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyType, SSLEngine engine)
      throws CertificateException {
    check(chain, Expected.Side.SERVER);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyType, Socket socket)
      throws CertificateException {
    check(chain, Expected.Side.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyType, Socket socket)
      throws CertificateException {
    check(chain, Expected.Side.SERVER);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyType)
      throws CertificateException {
    check(chain, Expected.Side.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyType)
      throws CertificateException {
    check(chain, Expected.Side.SERVER);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return verifier.roots().toArray(X509Certificate[]::new);
  }

  private void check(X509Certificate[] chain, Expected.Side side) throws CertificateException {
    var refused = verifier.trust(List.of(chain), verifier.expected(side, NodeId.NOBODY));
    if (refused.isPresent()) throw exception(refused.get());
  }

  private static CertificateException exception(Refused refused) {
    return switch (refused.code()) {
      case EXPIRED -> new CertificateExpiredException(refused.text());
      case NOT_YET_VALID -> new CertificateNotYetValidException(refused.text());
      case FOREIGN_CA ->
          new CertificateException(
              refused.text(),
              new CertPathValidatorException(
                  refused.why(), null, null, -1, PKIXReason.NO_TRUST_ANCHOR));
      default -> new CertificateException(refused.text());
    };
  }
}
