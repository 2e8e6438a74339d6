package dev.meshkit.transport;

import dev.meshkit.security.TlsCode;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** A listener's trust manager that tells whom it refused: no TLS library keeps the reason. */
final class CountingTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager judge;
  private final Consumer<TlsCode> refused;

  CountingTrust(X509ExtendedTrustManager judge, Consumer<TlsCode> refused) {
    this.judge = judge;
    this.refused = refused;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    told(() -> judge.checkClientTrusted(chain, authType, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    told(() -> judge.checkClientTrusted(chain, authType, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    told(() -> judge.checkClientTrusted(chain, authType));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("a listener meets no servers");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("a listener meets no servers");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("a listener meets no servers");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return judge.getAcceptedIssuers();
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private void told(Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException refusal) {
      refused.accept(TlsCode.in(String.valueOf(refusal.getMessage())).orElse(TlsCode.UNCLASSIFIED));
      throw refusal;
    }
  }
}
