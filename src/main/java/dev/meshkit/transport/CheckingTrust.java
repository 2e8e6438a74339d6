package dev.meshkit.transport;

import dev.meshkit.security.Admission;
import dev.meshkit.security.Admission.Refused;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The trust manager of an HTTP/2 dial: grpc-netty has no peer check between handshake and first
 * call, so the whole check happens within the handshake. First the ordinary trust manager speaks,
 * because its exceptions choose the right alerts.
 */
final class CheckingTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager first;
  private final Function<List<X509Certificate>, Admission> check;

  CheckingTrust(X509ExtendedTrustManager first, Function<List<X509Certificate>, Admission> check) {
    this.first = first;
    this.check = check;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    var admission = check.apply(List.of(chain));
    first.checkServerTrusted(chain, authType, engine);
    if (admission instanceof Refused refused) throw new CertificateException(refused.text());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    var admission = check.apply(List.of(chain));
    first.checkClientTrusted(chain, authType, engine);
    if (admission instanceof Refused refused) throw new CertificateException(refused.text());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("only engines are used here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("only engines are used here");
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
