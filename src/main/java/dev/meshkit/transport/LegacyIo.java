package dev.meshkit.transport;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * The TLS socket of a legacy connection: one thread reads, one writes, any may {@link #abort}.
 *
 * @param raw the TCP socket beneath
 * @param tls the TLS socket on it
 * @param in from the peer
 * @param out to the peer, buffered
 * @param intake what has come
 * @param pieces what has left the buffer
 */
record LegacyIo(
    Socket raw,
    SSLSocket tls,
    DataInputStream in,
    DataOutputStream out,
    LegacyIntake intake,
    LegacyPieces pieces) {
  private static final int BUFFER = 64 << 10;

  /** After its handshake. */
  static LegacyIo of(Socket raw, SSLSocket tls) throws IOException {
    var intake = new LegacyIntake(tls.getInputStream());
    var pieces = new LegacyPieces(tls.getOutputStream());
    return new LegacyIo(
        raw,
        tls,
        new DataInputStream(new BufferedInputStream(intake, BUFFER)),
        new DataOutputStream(new BufferedOutputStream(pieces, BUFFER)),
        intake,
        pieces);
  }

  LegacyFrame read() throws IOException {
    return LegacyFrame.read(in);
  }

  LegacyFrame greeting() throws IOException {
    return LegacyFrame.greeting(in);
  }

  void write(LegacyFrame frame) throws IOException {
    frame.write(out);
  }

  void flush() throws IOException {
    out.flush();
  }

  /** Says no more; the peer reads all that was said, and then the end. */
  void sayNoMore() throws IOException {
    raw.shutdownOutput();
  }

  /** What the peer showed, leaf first; empty if nothing. */
  List<X509Certificate> chain() {
    var chain = new ArrayList<X509Certificate>();
    try {
      for (var certificate : tls.getSession().getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) chain.add(x509);
      }
    } catch (SSLPeerUnverifiedException none) {
      return List.of();
    }
    return chain;
  }

  /**
   * Ends it at once: closes the socket beneath, since closing TLS may wait for a writer that is
   * stuck. Never blocks; whoever reads or writes fails.
   */
  void abort() {
    try {
      raw.close();
    } catch (IOException gone) {
      assert raw.isClosed() : gone; // closed is closed, whatever went wrong
    }
  }
}
