package dev.meshkit.transport;

import static dev.meshkit.transport.LegacyBed.A;
import static dev.meshkit.transport.LegacyBed.B;
import static dev.meshkit.transport.LegacyBed.ask;
import static dev.meshkit.transport.LegacyBed.assertEnds;
import static dev.meshkit.transport.LegacyBed.next;
import static dev.meshkit.transport.LegacyBed.say;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.transport.LegacyFrame.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T35: a peer whose certificate is good, and who takes more than its share, or talks nonsense. */
@Timeout(60)
class LegacyAbuseTest {
  private final LegacyBed bed = new LegacyBed();
  private final LegacyBed.Service service = bed.service;
  private Transport server;
  private LegacyListener listener;

  @BeforeEach
  void listen() {
    server =
        new Transport(
            OwnCredentials.of(bed.ca.node(A)), RoadMode.AUTO, bed.tools, RoadTimes.DEFAULTS);
    listener = server.listenLegacy(new Endpoint("127.0.0.1", 0), service).orThrow();
  }

  @AfterEach
  void close() {
    bed.close();
    listener.close();
    server.close();
  }

  private LegacyIo stranger(Credentials credentials) throws IOException {
    var at = listener.local();
    return bed.shake(credentials, new Socket(at.host(), at.port()));
  }

  private LegacyIo peer() throws IOException {
    return bed.greet(stranger(bed.ca.node(B)));
  }

  private static void open(LegacyIo io, long id, Family family) throws IOException {
    ask(io, id, family);
    assertEquals(Kind.HELLO, next(io).type());
  }

  /** 256 frames of the largest kind would be 4 MiB for each of a connection's streams. */
  @Test
  void anElectThatNobodyReadsIsBoundedInBytesToo() throws IOException {
    var io = peer();
    open(io, 1, Family.ELECT);
    var large = Bytes.of(new byte[Family.ELECT.maxFrameBytes()]);
    var fit = (1 << 20) / large.size();
    for (var i = 0; i < 12 * fit; i++) say(io, new LegacyFrame(Kind.ELECT, 1, large));
    say(io, LegacyFrame.of(Kind.PING, 99)); // once this is answered, all of it was read
    assertEquals(LegacyFrame.of(Kind.PONG, 99), next(io));
    // then as much waits as fits, in the stream and for it
    assertTrue(bed.dropped("ELECT") >= 2 * fit, "more bytes wait than may");
  }

  /** Whoever was let in and does not keep to the protocol is counted, and somebody is told. */
  @Test
  void whoBreaksTheProtocolIsCountedAndTold() throws IOException {
    var io = peer();
    open(io, 1, Family.ELECT);
    var huge = Bytes.of(new byte[Family.ELECT.maxFrameBytes() + 1]);
    say(io, new LegacyFrame(Kind.ELECT, 1, huge));
    assertEnds(io);
    await().until(() -> bed.dropped("VIOLATION") == 1);
    var told = service.violations.getFirst();
    assertEquals("MK-NET-011", told.details().get("mk"), told::text);
    assertTrue(told.why().contains(huge.size() + " bytes on ELECT"), told::text);
  }

  /** So is one that was dialled; there the road ends, of which its streams tell. */
  @Test
  void whoWasDialledAndBreaksTheProtocolIsCounted() throws Exception {
    try (var port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var dialler =
            new Transport(
                OwnCredentials.of(bed.ca.node(B)), RoadMode.AUTO, bed.tools, RoadTimes.DEFAULTS)) {
      var served = new FutureTask<>(() -> greeted(port.accept()));
      Thread.ofVirtual().start(served);
      var at = new Endpoint("127.0.0.1", port.getLocalPort());
      var road = dialler.dial(RoadKind.LEGACY, Approach.to(at, A)).orThrow().road();
      var io = served.get();
      // when the peer answers the Hello of a stream with more than any frame of it may hold
      var opened = new FutureTask<>(() -> road.open(Family.ELECT, Bytes.utf8("b")));
      Thread.ofVirtual().start(opened);
      var id = next(io).id();
      say(io, new LegacyFrame(Kind.HELLO, id, LegacyBody.hello(Family.ELECT, Bytes.utf8("a"))));
      var stream = opened.get().orThrow().stream();
      var huge = Bytes.of(new byte[Family.ELECT.maxFrameBytes() + 1]);
      say(io, new LegacyFrame(Kind.ELECT, id, huge));
      // then the stream ends with its road, which is counted, and no service hears of it
      await().until(() -> stream.ended().isPresent());
      var why = stream.ended().orElseThrow();
      assertTrue(RoadFailure.isOfRoad(why), why::toString);
      assertEquals(1, bed.dropped("VIOLATION"));
      assertEquals(List.of(), service.violations);
    }
  }

  /** The far side of a dial, which has greeted. */
  private LegacyIo greeted(Socket raw) throws IOException {
    var server = bed.ca.node(A);
    var judge = new CountingTrust(server.verifier().trustManager(), _ -> {});
    var io = new LegacyTls(server, judge).shake(raw, false);
    assertEquals(LegacyFrame.of(Kind.HELLO, 0), io.read());
    say(io, LegacyFrame.of(Kind.HELLO, 0));
    return bed.beating(io);
  }

  /** Else the handshakes of all others would wait for one. */
  @Test
  void whoNeverGreetsHasFewOfTheHandshakePlaces() throws IOException {
    // given as many as may be there of one certificate, none of which greets
    var silent = bed.ca.node(B);
    for (var i = 0; i < TcpPlaces.AN_IDENTITY; i++) stranger(silent);
    // then another of it is refused, once those are there
    await().until(() -> answer(stranger(silent)).type() == Kind.ERR);
    // and another certificate is not
    assertEquals(Kind.HELLO, answer(stranger(bed.ca.node(NodeId.of("eu", "c")))).type());
  }

  private static LegacyFrame answer(LegacyIo io) throws IOException {
    say(io, LegacyFrame.of(Kind.HELLO, 0));
    var answer = io.read();
    io.abort();
    return answer;
  }
}
