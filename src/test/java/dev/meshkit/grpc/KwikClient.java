package dev.meshkit.grpc;

import dev.meshkit.grpc.testproto.Ask;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;

/** An HTTP/3 client on another QUIC stack than ours, which sends what it is told (T2). */
final class KwikClient implements AutoCloseable, HostileFrames.End {
  static final String UNARY = "/meshkit.test.Probe/Unary";

  final PeerSignals signals = new PeerSignals();
  private final QuicClientConnection connection;
  private final CompletableFuture<H3Stream> theirControl = new CompletableFuture<>();

  private KwikClient(QuicClientConnection.Builder builder) throws IOException {
    connection = builder.logger(signals).build();
    connection.setPeerInitiatedStreamCallback(
        stream -> Thread.startVirtualThread(() -> accept(stream)));
  }

  private void accept(QuicStream stream) {
    try {
      var type = H3Stream.varint(stream.getInputStream().read(), stream.getInputStream());
      if (type == H3.CONTROL_STREAM) theirControl.complete(H3Stream.reading(stream));
    } catch (IOException gone) {
      theirControl.completeExceptionally(gone);
    }
  }

  /** Waits for the server's control stream. */
  H3Stream theirControl() throws Exception {
    return theirControl.get(90, TimeUnit.SECONDS);
  }

  /** A builder that knows where to and whom to trust, without a certificate of its own. */
  static QuicClientConnection.Builder stranger(TestCa ca, int port) throws Exception {
    return QuicClientConnection.newBuilder()
        .uri(URI.create("https://localhost:" + port))
        .preferIPv4()
        .applicationProtocol("h3")
        .connectTimeout(Duration.ofSeconds(3))
        .maxIdleTimeout(Duration.ofSeconds(30))
        .maxOpenPeerInitiatedBidirectionalStreams(4)
        .maxOpenPeerInitiatedUnidirectionalStreams(8)
        .customTrustManager(ca.trustManager());
  }

  /** A client that is still to be {@link #connect}ed. */
  static KwikClient of(QuicClientConnection.Builder builder) throws IOException {
    return new KwikClient(builder);
  }

  /**
   * A connected client with a certificate, which has sent nothing yet.
   *
   * <p>Kwik's TLS expects the server's first word only after it has returned from sending its own,
   * and is stuck if the server was faster: then another is tried. And it may send before the server
   * can read that: a stream of which only the reset arrives has no type, and means nothing.
   */
  static KwikClient silent(TestCa ca, int port) throws Exception {
    for (var tries = 1; ; tries++) {
      var client = of(stranger(ca, port).clientKeyManager(ca.keyManager(Meshless.CLIENT)));
      try {
        client.connect();
        client.signals.awaitConfirmed();
        return client;
      } catch (ConnectException stuck) {
        if (tries == 5) throw stuck;
      }
    }
  }

  /**
   * How our server closes on a client that it refuses. In TLS 1.3 one is connected before it is
   * judged; or never, if its judgement is faster than Kwik.
   */
  static PeerSignals.Close refusal(Callable<QuicClientConnection.Builder> stranger)
      throws Exception {
    for (var tries = 1; ; tries++) {
      try (var client = of(stranger.call())) {
        if (client.isJudged(tries == 5)) return client.signals.close();
      }
    }
  }

  /** Connects; false if it is stuck, as in {@link #silent}, unless it is for the last time. */
  private boolean isJudged(boolean last) throws IOException {
    try {
      connect();
      return true;
    } catch (ConnectException failed) {
      if (last && !signals.isClosed()) throw failed;
      return signals.isClosed();
    }
  }

  /** A connected client with a certificate and a control stream. */
  static KwikClient connected(TestCa ca, int port) throws Exception {
    var client = silent(ca, port);
    client.uni(H3.CONTROL_STREAM, H3.settings());
    return client;
  }

  void connect() throws IOException {
    connection.connect();
  }

  /** A new unidirectional stream of a type. */
  @Override
  public H3Stream uni(long type, byte[]... bytes) throws IOException {
    return H3Stream.writing(connection.createStream(false)).send(H3.varint(type), H3.concat(bytes));
  }

  @Override
  public H3Stream message(byte[]... bytes) throws IOException {
    return request(bytes);
  }

  @Override
  public void settle() throws Exception {
    unary(Ask.getDefaultInstance());
  }

  /** A new request stream. */
  H3Stream request(byte[]... bytes) throws IOException {
    return H3Stream.reading(connection.createStream(true)).send(bytes);
  }

  /** The head of a request, and more fields after it. */
  static byte[] head(String path, String... more) {
    var fields = new ArrayList<>(fields(path));
    fields.addAll(List.of(more));
    return H3.headers(fields);
  }

  /** What a gRPC client sends at least. */
  static List<String> fields(String path) {
    return List.of(
        ":method",
        "POST",
        ":scheme",
        "https",
        ":path",
        path,
        ":authority",
        "localhost",
        "te",
        "trailers",
        "content-type",
        "application/grpc");
  }

  /** A DATA frame with one message. */
  static byte[] message(Ask ask) {
    return H3.frame(H3.DATA, H3.message(ask.toByteArray()));
  }

  /** A whole unary call. */
  H3Stream.Message unary(Ask ask) throws Exception {
    return request(head(UNARY), message(ask)).finish().all();
  }

  void close(long code, String reason) {
    connection.close(code, reason);
  }

  @Override
  public void close() {
    connection.close(); // immediate; awaiting it would wait for a peer that may be gone
  }
}
