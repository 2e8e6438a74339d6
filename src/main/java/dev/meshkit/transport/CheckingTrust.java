package dev.meshkit.transport;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The trust manager of a dial. It shows each chain to the dial's own check first, because TLS
 * libraries do not keep the reason why one was refused. Where nothing can check between handshake
 * and first call (grpc-netty), that check's refusal ends the handshake too.
 */
final class CheckingTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager first;
  private final Function<List<X509Certificate>, Optional<String>> check;

  /**
   * Two judges in one.
   *
   * @param first speaks first, because its exceptions choose the right alerts
   * @param check sees every chain; what it answers ends the handshake
   */
  CheckingTrust(
      X509ExtendedTrustManager first, Function<List<X509Certificate>, Optional<String>> check) {
    this.first = first;
    this.check = check;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    var refusal = check.apply(List.of(chain));
    first.checkServerTrusted(chain, authType, engine);
    if (refusal.isPresent()) throw new CertificateException(refusal.get());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("a dial meets no clients");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    var refusal = check.apply(List.of(chain));
    first.checkServerTrusted(chain, authType, socket);
    if (refusal.isPresent()) throw new CertificateException(refusal.get());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("a dial meets no clients");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("only engines are used here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("only engines are used here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return first.getAcceptedIssuers();
  }
}
