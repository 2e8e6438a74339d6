package dev.meshkit.transport;

import dev.meshkit.security.Credentials;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS 1.3 of the JDK on a plain socket, both sides with a certificate. A context each, no
 * resumption.
 */
final class LegacyTls {
  private static final String PROTOCOL = "meshkit-legacy/1";

  private final SSLContext context;

  LegacyTls(Credentials credentials, X509ExtendedTrustManager trust) {
    try {
      context = SSLContext.getInstance("TLSv1.3");
      context.init(new KeyManager[] {credentials.key()}, new TrustManager[] {trust}, null);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("the JDK refuses this node's own key", impossible);
    }
  }

  /**
   * Shakes hands; blocks as long as the socket's timeout permits. Whatever comes of it, the socket
   * beneath is the caller's to close: TLS would close it together with what tells the peer why.
   */
  LegacyIo shake(Socket raw, boolean client) throws IOException {
    var host = raw.getInetAddress().getHostAddress();
    var tls = (SSLSocket) context.getSocketFactory().createSocket(raw, host, raw.getPort(), false);
    tls.setUseClientMode(client);
    if (!client) tls.setNeedClientAuth(true);
    var terms = tls.getSSLParameters();
    terms.setProtocols(new String[] {"TLSv1.3"});
    terms.setApplicationProtocols(new String[] {PROTOCOL});
    if (!client) terms.setNeedClientAuth(true);
    tls.setSSLParameters(terms);
    tls.startHandshake();
    if (!PROTOCOL.equals(tls.getApplicationProtocol())) {
      throw new SSLHandshakeException("no_application_protocol: want " + PROTOCOL);
    }
    return LegacyIo.of(raw, tls);
  }
}
