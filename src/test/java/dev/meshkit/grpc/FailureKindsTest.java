package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.RawServer.Manners;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.netty.buffer.Unpooled;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T29: each way in which a connection fails has a kind, and says what happened. RESOLVE and TIMEOUT
 * are in {@link ConnectionTest}, TLS and PEER_CHECK in {@link PeerCheckTest}, OVERLOAD in {@link
 * FloodTest}.
 */
@Timeout(60)
class FailureKindsTest {
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private Http3ConnectException failureAgainst(Manners manners) throws Exception {
    try (var server = new RawServer(mesh.ca.identity(Meshless.SERVER), manners)) {
      return Meshless.refusalOf(mesh.open(mesh.channel(server.port())));
    }
  }

  private static Manners closing(boolean application, int code, String reason) {
    return new Manners(
        "h3",
        connection ->
            connection.close(
                application, code, Unpooled.copiedBuffer(reason, StandardCharsets.UTF_8)),
        (_, _) -> {});
  }

  /** Nobody listens: the host says so by ICMP, and no call waits for a timeout. */
  @Test
  void nobodyThereIsRefused() throws Exception {
    int free;
    try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    var failure = Meshless.refusalOf(mesh.open(mesh.channel(free)));
    assertEquals(Kind.REFUSED, failure.kind());
    assertTrue(failure.getMessage().contains("nobody listens"), failure::getMessage);
  }

  /** T21: a server that speaks another protocol is no HTTP/3 server, whatever its certificate. */
  @Test
  void anotherProtocolIsAlpn() throws Exception {
    var failure = failureAgainst(new Manners("other", _ -> {}, (_, _) -> {}));
    assertEquals(Kind.ALPN, failure.kind(), failure::toString);
    assertEquals(120, failure.tlsAlert()); // no_application_protocol, RFC 7301 §3.2
  }

  /** T21: BoringSSL ends such handshakes itself; whatever it let through is asserted once more. */
  @Test
  void onlyH3IsTakenForHttp3() {
    for (var protocol : new String[] {null, "", "h2", "h3-29", "H3"}) {
      assertFalse(Admission.speaksHttp3(protocol), protocol);
    }
    assertTrue(Admission.speaksHttp3("h3"));
  }

  @Test
  void aServerThatRefusesConnectionsIsRefused() throws Exception {
    var failure = failureAgainst(closing(false, 0x2, "not now")); // CONNECTION_REFUSED
    assertEquals(Kind.REFUSED, failure.kind(), failure::toString);
    assertEquals(0x2, failure.closeCode());
  }

  @Test
  void aServerWithoutRoomIsOverload() throws Exception {
    var failure = failureAgainst(closing(true, 0x107, "full"));
    assertEquals(Kind.OVERLOAD, failure.kind(), failure::toString);
    assertEquals("full", failure.reason());
  }

  @Test
  void aServerThatClosesIsClosed() throws Exception {
    var failure = failureAgainst(closing(true, 0x100, "bye"));
    assertEquals(Kind.CLOSED, failure.kind(), failure::toString);
    assertEquals(0x100, failure.closeCode());
    assertEquals("bye", failure.reason());
  }

  /** A stranger must read our refusals as NO_ERROR; we read those of our own kind. */
  @Test
  void aRefusalByCodeIsPeerCheck() throws Exception {
    var failure = failureAgainst(closing(true, 0x4D4B_0009, "revoked"));
    assertEquals(Kind.PEER_CHECK, failure.kind(), failure::toString);
    assertEquals(9, failure.refusal());
    assertEquals("revoked", failure.reason());
  }

  /** T20, trap 1: whatever TLS let through, an empty chain is a refusal, asked or not. */
  @Test
  void anEmptyChainIsRefusedWithoutAQuestion() throws Exception {
    var verdicts = new java.util.concurrent.LinkedBlockingQueue<Verdict>();
    var asked = new java.util.concurrent.atomic.AtomicBoolean();
    var check =
        new Checker(
            (_, _) -> {
              asked.set(true);
              return new Verdict.Admit();
            },
            new java.net.InetSocketAddress(0),
            verdicts::add);
    var unverified = SSLContext.getDefault().createSSLEngine().getSession();
    var loop = new io.netty.channel.DefaultEventLoop();
    try {
      loop.execute(() -> check.begin(unverified, loop));
      assertEquals(new Verdict.Refuse(1, "no certificate"), verdicts.poll(90, TimeUnit.SECONDS));
      assertFalse(asked.get());
    } finally {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  /** T18: a call whose id is not below that of the GOAWAY was not processed: it is made again. */
  @Test
  void requestsBeyondTheGoAwayAreMadeAgain() throws Exception {
    var manners =
        new Manners(
            "h3",
            _ -> {},
            (stream, connection) -> {
              if (connection == 1) {
                RawServer.goAway(stream.parent(), 0);
              } else {
                RawServer.answer(stream);
              }
            });
    try (var server = new RawServer(mesh.ca.identity(Meshless.SERVER), manners)) {
      var stub =
          ProbeGrpc.newBlockingStub(mesh.open(mesh.channel(server.port())))
              .withDeadlineAfter(30, TimeUnit.SECONDS);
      assertEquals(Answer.getDefaultInstance(), stub.unary(Ask.getDefaultInstance()));
      assertEquals(2, server.connections.get());
    }
  }

  /** And it is made again by a channel that was shut down meanwhile: its calls may end. */
  @Test
  void aCallIsMadeAgainThoughItsChannelWasShutDown() throws Exception {
    var channel = new CompletableFuture<ManagedChannel>();
    var manners =
        new Manners(
            "h3",
            _ -> {},
            (stream, connection) -> {
              if (connection == 1) {
                channel.join().shutdown();
                RawServer.goAway(stream.parent(), 0);
              } else {
                RawServer.answer(stream);
              }
            });
    try (var server = new RawServer(mesh.ca.identity(Meshless.SERVER), manners)) {
      channel.complete(mesh.open(mesh.channel(server.port())));
      var answers = new Recorder<Answer>();
      ProbeGrpc.newStub(channel.join())
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .unary(Ask.getDefaultInstance(), answers);
      assertEquals(Status.OK, answers.status());
      assertEquals(2, server.connections.get());
      assertTrue(channel.join().awaitTermination(20, TimeUnit.SECONDS));
    }
  }

  /** Once: where every connection goes away, the caller hears of it. */
  @Test
  void twoGoAwaysAreOneTooMany() throws Exception {
    var asked = new AtomicInteger();
    var manners =
        new Manners(
            "h3",
            _ -> {},
            (stream, _) -> {
              asked.incrementAndGet();
              RawServer.goAway(stream.parent(), 0);
            });
    try (var server = new RawServer(mesh.ca.identity(Meshless.SERVER), manners)) {
      var answers = new Recorder<Answer>();
      ProbeGrpc.newStub(mesh.open(mesh.channel(server.port())))
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .unary(Ask.getDefaultInstance(), answers);
      assertEquals(Status.Code.UNAVAILABLE, answers.status().getCode());
      assertEquals(2, asked.get()); // a third connection may be dialled, but not for this call
    }
  }

  /** What was below the GOAWAY's id is still answered on the connection that goes away. */
  @Test
  void requestsBelowTheGoAwayAreAnsweredWhereTheyAre() throws Exception {
    var manners =
        new Manners(
            "h3",
            _ -> {},
            (stream, _) -> {
              RawServer.goAway(stream.parent(), stream.streamId() + 4);
              stream
                  .eventLoop()
                  .schedule(() -> RawServer.answer(stream), 200, TimeUnit.MILLISECONDS);
            });
    try (var server = new RawServer(mesh.ca.identity(Meshless.SERVER), manners)) {
      var stub =
          ProbeGrpc.newBlockingStub(mesh.open(mesh.channel(server.port())))
              .withDeadlineAfter(30, TimeUnit.SECONDS);
      assertEquals(Answer.getDefaultInstance(), stub.unary(Ask.getDefaultInstance()));
    }
  }

  /** A server that closes with calls open ends them UNAVAILABLE, with the reason it gave. */
  @Test
  void aCloseWithCallsOpenIsUnavailable() throws Exception {
    var manners =
        new Manners(
            "h3",
            _ -> {},
            (stream, _) ->
                stream
                    .parent()
                    .close(true, 0x100, Unpooled.copiedBuffer("bye", StandardCharsets.UTF_8)));
    try (var server = new RawServer(mesh.ca.identity(Meshless.SERVER), manners)) {
      var answers = new Recorder<Answer>();
      ProbeGrpc.newStub(mesh.open(mesh.channel(server.port())))
          .unary(Ask.getDefaultInstance(), answers);
      var status = answers.status();
      assertEquals(Status.Code.UNAVAILABLE, status.getCode());
      var cause = assertInstanceOf(Http3ConnectException.class, status.getCause());
      assertEquals(Kind.CLOSED, cause.kind());
      assertEquals("bye", cause.reason());
    }
  }
}
