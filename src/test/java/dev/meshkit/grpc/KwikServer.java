package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.QuicStream;
import tech.kwik.core.server.ApplicationProtocolConnection;
import tech.kwik.core.server.ApplicationProtocolConnectionFactory;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnector;

/**
 * An HTTP/3 server on another QUIC stack than ours, which answers what its test says (T2).
 *
 * <p>Kwik's TLS server cannot ask for a client's certificate, so here only the server has one.
 */
final class KwikServer implements AutoCloseable, ApplicationProtocolConnectionFactory {
  /** What a gRPC response begins with. */
  static final byte[] HEAD = H3.headers(":status", "200", "content-type", "application/grpc");

  /** What a good one ends with. */
  static final byte[] OK = H3.headers("grpc-status", "0");

  final PeerSignals signals = new PeerSignals(); // of a single connection
  private final byte[] control;
  private final DatagramSocket socket;
  private final ServerConnector connector;
  private final LinkedBlockingQueue<Peer> peers = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<H3Stream> requests = new LinkedBlockingQueue<>();
  private volatile boolean reading = true;

  /**
   * A server whose control streams begin with these bytes, usually {@link H3#settings}; without
   * bytes it opens none.
   */
  KwikServer(TestCa ca, byte[] control) throws Exception {
    this.control = control;
    this.socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    this.connector =
        ServerConnector.builder()
            .withSocket(socket)
            .withKeyStore(ca.keyStore(Meshless.SERVER), "leaf", TestCa.PASSWORD)
            .withLogger(signals)
            .withConfiguration(
                ServerConnectionConfig.builder()
                    .maxIdleTimeoutInSeconds(30)
                    .maxConnectionBufferSize(4 << 20)
                    .maxBidirectionalStreamBufferSize(1 << 20)
                    .maxUnidirectionalStreamBufferSize(1 << 16)
                    .maxOpenPeerInitiatedBidirectionalStreams(100)
                    .maxOpenPeerInitiatedUnidirectionalStreams(10)
                    .retryRequired(false)
                    .connectionIdLength(8)
                    .build())
            .build();
    connector.registerApplicationProtocol("h3", this);
    connector.start();
  }

  /** From now on requests are accepted, and none of their bytes read. */
  void readNothing() {
    reading = false;
  }

  int port() {
    return socket.getLocalPort();
  }

  @Override
  public ApplicationProtocolConnection createConnection(String protocol, QuicConnection quic) {
    try {
      var peer = new Peer(quic, control);
      peers.add(peer);
      return peer;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Waits for the next connection. */
  Peer connection() throws InterruptedException {
    var peer = peers.poll(90, TimeUnit.SECONDS);
    assertNotNull(peer, "nobody connects");
    return peer;
  }

  /** Waits for the next request stream, of whatever connection. */
  H3Stream request() throws InterruptedException {
    var request = requests.poll(90, TimeUnit.SECONDS);
    assertNotNull(request, "no request arrives");
    return request;
  }

  boolean hasRequests() {
    return !requests.isEmpty();
  }

  /** A connection, and our control stream on it. */
  final class Peer implements ApplicationProtocolConnection {
    private final @Nullable H3Stream control;
    private final QuicConnection quic;
    private final CompletableFuture<H3Stream> theirControl = new CompletableFuture<>();

    Peer(QuicConnection quic, byte[] first) throws IOException {
      this.quic = quic;
      this.control = first.length == 0 ? null : uni(H3.CONTROL_STREAM, first);
    }

    /** Our control stream. */
    H3Stream control() {
      return Objects.requireNonNull(control);
    }

    @Override
    public void acceptPeerInitiatedStream(QuicStream stream) {
      if (stream.isBidirectional()) {
        requests.add(reading ? H3Stream.reading(stream) : H3Stream.writing(stream));
      } else {
        Thread.startVirtualThread(() -> accept(stream));
      }
    }

    private void accept(QuicStream stream) {
      try {
        var type = H3Stream.varint(stream.getInputStream().read(), stream.getInputStream());
        if (type == H3.CONTROL_STREAM) theirControl.complete(H3Stream.reading(stream));
      } catch (IOException gone) {
        theirControl.completeExceptionally(gone);
      }
    }

    /** Waits for the client's control stream. */
    H3Stream theirControl() throws Exception {
      return theirControl.get(90, TimeUnit.SECONDS);
    }

    H3Stream uni(long type, byte[]... bytes) throws IOException {
      return H3Stream.writing(quic.createStream(false)).send(H3.varint(type), H3.concat(bytes));
    }

    /** A stream that only clients may open. */
    H3Stream bidirectional(byte[]... bytes) throws IOException {
      return H3Stream.reading(quic.createStream(true)).send(bytes);
    }

    void close(long code, String reason) {
      quic.close(code, reason);
    }
  }

  @Override
  public void close() {
    Thread.startVirtualThread(connector::close); // it waits for three long probe timeouts
  }
}
