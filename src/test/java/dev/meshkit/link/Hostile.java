package dev.meshkit.link;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.meshkit.api.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Who has no business at a node, and is there all the same: what does not speak its protocols,
 * breaks off, says nothing, or shows no certificate. What stays open is closed with this.
 */
final class Hostile implements AutoCloseable {
  private static final int LARGE = 64 << 10;
  private static final int[] DATAGRAMS = {0, 1, 19, 600, 1_200, 1_472, 9_000};

  private final SplittableRandom chance;
  private final List<AutoCloseable> open = new ArrayList<>();

  Hostile(long seed) {
    this.chance = new SplittableRandom(seed);
  }

  /** Whatever makes no sense over TCP, and connections that say too little; these stay. */
  void tcp(Endpoint at, int silent) throws IOException {
    for (var nonsense : nonsense()) says(at, nonsense);
    for (var i = 0; i < silent; i++) {
      var begun = connect(at);
      open.add(begun);
      // half of them begin a record of TLS that never ends
      if (i % 2 == 0) write(begun, record(16 << 10, new byte[] {1, 0, 63}));
    }
  }

  private List<byte[]> nonsense() {
    return List.of(
        random(LARGE),
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII), // without TLS
        ("GET / HTTP/1.1\r\nHost: " + "a".repeat(LARGE) + "\r\n\r\n").getBytes(US_ASCII),
        "SSH-2.0-OpenSSH_9.6\r\n".getBytes(US_ASCII),
        new byte[LARGE],
        record(0xffff, random(LARGE)),
        record(64, random(64)),
        new byte[] {22, 3, 1});
  }

  /** A record of a TLS handshake that says to be so long. */
  private static byte[] record(int length, byte[] body) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {22, 3, 1, (byte) (length >> 8), (byte) length});
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  private byte[] random(int size) {
    var bytes = new byte[size];
    chance.nextBytes(bytes);
    return bytes;
  }

  /** Says it, hears whatever is answered to the end, or to the first break, and leaves. */
  private static void says(Endpoint at, byte[] what) throws IOException {
    try (var socket = connect(at)) {
      write(socket, what);
      socket.shutdownOutput();
      socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    } catch (java.net.SocketException cut) {
      // as it should be
    }
  }

  private static Socket connect(Endpoint at) throws IOException {
    return new Socket(at.host(), at.port());
  }

  private static void write(Socket socket, byte[] what) throws IOException {
    socket.getOutputStream().write(what);
    socket.getOutputStream().flush();
  }

  /** Datagrams without sense, some of which begin as QUIC's do, of this version or none. */
  void udp(Endpoint at, int many) throws IOException {
    try (var socket = new DatagramSocket()) {
      var to = new InetSocketAddress(at.host(), at.port());
      for (var i = 0; i < many; i++) {
        var bytes = random(DATAGRAMS[i % DATAGRAMS.length]);
        if (bytes.length > 20 && i % 3 > 0) {
          bytes[0] = (byte) (0xc0 | (bytes[0] & 0x3f));
          var version = i % 3 == 1 ? 1 : 0x1a2a3a4a;
          ByteBuffer.wrap(bytes).putInt(1, version).put(5, (byte) 8).put(14, (byte) 0);
        }
        socket.send(new DatagramPacket(bytes, bytes.length, to));
      }
    }
  }

  /**
   * Shakes hands with this protocol, as nobody or with these keys, and says what makes no sense.
   */
  void tls(Endpoint at, Alpn alpn, X509ExtendedTrustManager trust, KeyManager... keys)
      throws IOException, GeneralSecurityException {
    var tls = SSLContext.getInstance("TLS");
    tls.init(keys, new X509ExtendedTrustManager[] {trust}, null);
    try (var socket = (SSLSocket) tls.getSocketFactory().createSocket(at.host(), at.port())) {
      var terms = socket.getSSLParameters();
      terms.setApplicationProtocols(new String[] {alpn.protocol()});
      terms.setProtocols(new String[] {alpn.version()});
      socket.setSSLParameters(terms);
      write(socket, random(LARGE));
      socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    } catch (javax.net.ssl.SSLException | java.net.SocketException refused) {
      // as it should be
    }
  }

  /** What is asked for within a handshake. */
  record Alpn(String protocol, String version) {}

  /** The same over a socket in the file system. */
  void unix(Path at) throws IOException {
    for (var nonsense : nonsense()) {
      try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(at))) {
        socket.write(ByteBuffer.wrap(nonsense));
        socket.shutdownOutput();
        while (socket.read(ByteBuffer.allocate(LARGE)) >= 0) Thread.onSpinWait();
      } catch (IOException cut) {
        if (cut instanceof java.net.ConnectException) throw cut;
      }
    }
    open.add(SocketChannel.open(UnixDomainSocketAddress.of(at)));
  }

  @Override
  public void close() throws Exception {
    for (var one : open) one.close();
  }
}
