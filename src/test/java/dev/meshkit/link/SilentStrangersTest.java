package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static dev.meshkit.link.Lab.CLUSTER;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.security.TestCa;
import dev.meshkit.transport.RoadMode;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Issue item 2: over TCP a peer that must not come in is counted when its handshake ends, though it
 * never says a word of HTTP/2.
 */
class SilentStrangersTest {
  private static final byte[] HTTP_2 =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(US_ASCII);

  private final Lab lab = new Lab();
  private final Lab.Station server = lab.node(A, lab.ca.node(A), o -> o.withMode(RoadMode.H2));

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void withoutACertificateItIsCountedOnceAndThenCut() throws Exception {
    try (var silent = dial()) {
      silent.startHandshake();
      await()
          .atMost(20, java.util.concurrent.TimeUnit.SECONDS)
          .until(() -> server.refusals("SERVER", "MK-TLS-001") == 1);
      // what it says later neither counts again nor keeps it
      silent.getOutputStream().write(HTTP_2);
      assertTrue(ends(silent));
      assertEquals(1, server.refusals("SERVER", "MK-TLS-001"));
    }
  }

  @Test
  void ofAnotherCaItIsCountedAndCut() throws Exception {
    try (var silent = dial(new TestCa(CLUSTER).stranger(B, lab.ca).key())) {
      silent.startHandshake(); // a client of TLS 1.3 is done before it is judged
      await()
          .atMost(20, java.util.concurrent.TimeUnit.SECONDS)
          .until(() -> server.refusals("SERVER", "MK-TLS-002") == 1);
      assertTrue(ends(silent));
    }
  }

  /** Nor is one that speaks no TLS; one that only looks whether the port is open is no stranger. */
  @Test
  void whoSpeaksNoTlsIsCountedAndWhoOnlyKnocksIsNot() throws Exception {
    connect().close();
    try (var plain = connect()) {
      plain.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
      assertTrue(ends(plain));
      await()
          .atMost(20, java.util.concurrent.TimeUnit.SECONDS)
          .until(() -> server.refusals("SERVER", "MK-TLS-018") == 1);
    }
    assertEquals(1, refusals());
  }

  /** A good node is counted as no refusal. */
  @Test
  void whoMayComeInIsNotCounted() throws Exception {
    try (var good = dial(lab.ca.node(B).key())) {
      good.startHandshake();
      good.getOutputStream().write(HTTP_2);
      assertEquals(0, good.getInputStream().read()); // the length of its first frame: it is served
    }
    assertEquals(0, refusals());
  }

  private double refusals() {
    return server
        .meters
        .scrape()
        .lines()
        .filter(line -> line.startsWith("meshkit_handshake_failures_total{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private Socket connect() throws IOException {
    var at = server.links.local();
    return new Socket(at.host(), at.port());
  }

  private SSLSocket dial(KeyManager... keys) throws IOException, GeneralSecurityException {
    var tls = SSLContext.getInstance("TLSv1.3");
    tls.init(keys, new TrustManager[] {lab.ca.verifier().trustManager()}, null);
    var at = server.links.local();
    var socket = (SSLSocket) tls.getSocketFactory().createSocket(at.host(), at.port());
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    return socket;
  }

  /** Reads to the end, however it comes. */
  private static boolean ends(Socket socket) throws IOException {
    try {
      socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      return true;
    } catch (SSLException | java.net.SocketException cut) {
      return true;
    }
  }
}
