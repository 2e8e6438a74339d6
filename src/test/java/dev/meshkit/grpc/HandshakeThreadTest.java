package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;

/**
 * T20: a handshake's certificate is judged on its event loop. Elsewhere Netty's codec looks for the
 * next task of a handshake while the loop may free it: memory that is read after it was freed ended
 * processes (libp2p/jvm-libp2p#523), and a peer chooses when its connection closes.
 */
class HandshakeThreadTest {
  private static final String LOOP = "meshkit-quic-";

  private final Set<String> threads = ConcurrentHashMap.newKeySet();

  @Test
  void bothEndsJudgeEachOtherOnTheirLoops() throws Exception {
    try (var mesh = new Meshless()) {
      var server =
          mesh.start(
              mesh.server()
                  .tls(mesh.ca.keyManager(Meshless.SERVER), new Noting(mesh.ca.trustManager()))
                  .addService(new ProbeService()));
      var channel =
          mesh.open(
              mesh.channel(server)
                  .tls(mesh.ca.keyManager(Meshless.CLIENT), new Noting(mesh.ca.trustManager())));
      var answer =
          ProbeGrpc.newBlockingStub(channel)
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .unary(Ask.getDefaultInstance());
      assertEquals(Answer.getDefaultInstance(), answer);
    }
    assertEquals(2, threads.size(), threads::toString); // one to listen, one to dial
    assertTrue(threads.stream().allMatch(name -> name.startsWith(LOOP)), threads::toString);
  }

  /** Notes who asks. */
  private final class Noting extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager judge;

    Noting(X509ExtendedTrustManager judge) {
      this.judge = judge;
    }

    private void note() {
      threads.add(Thread.currentThread().getName());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      note();
      judge.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      note();
      judge.checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      judge.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      judge.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      judge.checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      judge.checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return judge.getAcceptedIssuers();
    }
  }
}
