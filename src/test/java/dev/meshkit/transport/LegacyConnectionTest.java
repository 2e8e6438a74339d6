package dev.meshkit.transport;

import static dev.meshkit.transport.LegacyBed.A;
import static dev.meshkit.transport.LegacyBed.B;
import static dev.meshkit.transport.LegacyBed.ask;
import static dev.meshkit.transport.LegacyBed.assertEnds;
import static dev.meshkit.transport.LegacyBed.credit;
import static dev.meshkit.transport.LegacyBed.next;
import static dev.meshkit.transport.LegacyBed.say;
import static java.lang.Thread.State.TERMINATED;
import static java.lang.Thread.State.WAITING;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.security.TestCa;
import dev.meshkit.transport.LegacyFrame.Kind;
import io.grpc.Status;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T35, T36: a legacy port and peers that do not keep to the protocol, over real TLS. */
@Timeout(60)
class LegacyConnectionTest {
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

  /** A peer that has shaken hands, and not greeted yet. */
  private LegacyIo stranger() throws IOException {
    return stranger(bed.ca.node(B));
  }

  private LegacyIo stranger(Credentials credentials) throws IOException {
    var at = listener.local();
    return bed.shake(credentials, new Socket(at.host(), at.port()));
  }

  private LegacyIo peer() throws IOException {
    return bed.greet(stranger());
  }

  private static void open(LegacyIo io, long id, Family family) throws IOException {
    ask(io, id, family);
    assertEquals(Kind.HELLO, next(io).type());
  }

  /** Shows that all that was said before has been read, and did not end the connection. */
  private static void assertLives(LegacyIo io) throws IOException {
    say(io, LegacyFrame.of(Kind.PING, 99));
    assertEquals(LegacyFrame.of(Kind.PONG, 99), next(io));
  }

  @Test
  void whoDoesNotBeginWithHelloIsNotLetIn() throws IOException {
    var io = stranger();
    say(io, LegacyFrame.of(Kind.PING, 1));
    assertEnds(io);
  }

  /** Closing while it talks would destroy the alert, and it would dial again and again. */
  @Test
  void whoIsRefusedReadsWhyThoughItTalksOn() throws IOException {
    var io = stranger(new TestCa("test").stranger(B, bed.ca));
    for (var i = 0; i < 500; i++) say(io, LegacyFrame.of(Kind.HELLO, 0));
    var told = assertThrows(SSLException.class, io::read);
    assertTrue(String.valueOf(told.getMessage()).contains("certificate"), told.toString());
  }

  @Test
  void aTypeOrALengthThatThereIsNotEndsTheConnection() throws IOException {
    for (var head : new int[][] {{9, 13}, {LegacyFrame.MAX_BODY + 10, 2}, {8, 2}}) {
      var io = peer();
      assertLives(io);
      synchronized (io.out()) {
        io.out().writeInt(head[0]);
        io.out().writeByte(head[1]);
        io.out().writeLong(1);
        io.flush();
      }
      assertEnds(io);
    }
  }

  @Test
  void aStreamIsOpenedOnceAndNeverAsTheConnectionItself() throws IOException {
    var twice = peer();
    open(twice, 1, Family.STREAM);
    var again = LegacyBody.hello(Family.STREAM, Bytes.utf8("b"));
    say(twice, new LegacyFrame(Kind.HELLO, 1, again));
    assertEnds(twice);
    var zero = peer();
    say(zero, new LegacyFrame(Kind.HELLO, 0, again));
    assertEnds(zero);
  }

  /**
   * What nobody reads is credited as long as it has a place to wait: 256 frames, and 48 on the way.
   */
  @Test
  void moreFramesThanCreditEndTheConnectionAndNoneBefore() throws IOException {
    // given a Deliver that nobody reads
    var io = peer();
    open(io, 1, Family.DELIVER);
    var frame = new LegacyFrame(Kind.DELIVER, 1, Bytes.utf8("x"));
    // when all of the credit that it ever gives is used
    var credit = LegacyWire.FRAMES;
    for (var sent = 0; sent < 256 + 48; sent++) {
      if (sent == credit) credit += LegacyBody.credit(next(io).body()).frames();
      say(io, frame);
    }
    assertLives(io);
    // then there is none left
    say(io, frame);
    assertEnds(io);
  }

  @Test
  void moreBytesThanCreditEndTheConnectionAndNoneBefore() throws IOException {
    var io = peer();
    open(io, 1, Family.DELIVER);
    say(io, new LegacyFrame(Kind.DELIVER, 1, Bytes.of(new byte[LegacyWire.BYTES])));
    assertLives(io);
    say(io, new LegacyFrame(Kind.DELIVER, 1, Bytes.utf8("x")));
    assertEnds(io);
  }

  @Test
  void whatIsReadIsCreditedAgain() throws Exception {
    var io = peer();
    open(io, 1, Family.DELIVER);
    for (var i = 0; i < LegacyWire.FRAMES; i++) {
      say(io, new LegacyFrame(Kind.DELIVER, 1, Bytes.utf8("x")));
    }
    for (var i = 0; i < LegacyWire.FRAMES; i++) {
      assertInstanceOf(ByteStream.Heard.Frame.class, service.streams.getFirst().receive());
    }
    var credit = next(io);
    assertEquals(Kind.CREDIT, credit.type());
    assertTrue(LegacyBody.credit(credit.body()).frames() > 0, credit.toString());
    say(io, new LegacyFrame(Kind.DELIVER, 1, Bytes.utf8("y")));
    var last = service.streams.getFirst().receive();
    assertEquals(new ByteStream.Heard.Frame(Bytes.utf8("y")), last);
  }

  /** Elect has no credit, so the bound is the receiver's: what does not fit makes room. */
  @Test
  void anElectThatNobodyReadsCostsItsOwnFramesAndNothingElse() throws IOException {
    var io = peer();
    open(io, 1, Family.ELECT);
    for (var i = 0; i < 2_000; i++) {
      say(io, new LegacyFrame(Kind.ELECT, 1, Bytes.utf8("vote " + i)));
    }
    assertLives(io);
    assertTrue(bed.dropped("ELECT") >= 2_000 - 256 - 256, "more wait than may, here and there");
  }

  /** T33, T35: a reader that was away hears the latest word, and all later ones. */
  @Test
  void ofAnElectThatNobodyReadTheLatestIsHeardAndAllThatComesThen() throws Exception {
    // given much more than has a place to wait
    var io = peer();
    open(io, 1, Family.ELECT);
    for (var i = 0; i < 2_000; i++) {
      say(io, new LegacyFrame(Kind.ELECT, 1, Bytes.utf8("vote " + i)));
    }
    assertLives(io);
    // when all that waits is read
    var stream = service.streams.getFirst();
    var patience = Duration.ofSeconds(20);
    var heard = stream.receive(patience);
    var last = new ByteStream.Heard.Frame(Bytes.utf8("vote 1999"));
    while (heard instanceof ByteStream.Heard.Frame && !heard.equals(last)) {
      heard = stream.receive(patience);
    }
    // then the latest was among it, and what is said next arrives
    assertEquals(last, heard);
    say(io, new LegacyFrame(Kind.ELECT, 1, Bytes.utf8("one more")));
    assertEquals(new ByteStream.Heard.Frame(Bytes.utf8("one more")), stream.receive(patience));
  }

  /** T33: the streams of a family share room, so the end of one is news for the others. */
  @Test
  void whoWaitsForTheRoomOfAStreamThatHasEndedGoesOn() throws Exception {
    // given Delivers that fill all room there is, and end, until one that comes after them waits
    var io = peer();
    var word = Bytes.utf8("word");
    var id = 1;
    fill(latest(io, id));
    while (!waitsForRoom(latest(io, ++id), word)) fill(latest(io, ++id));
    // when the peer reads on, then it is sent
    var sent = new LegacyFrame(Kind.DELIVER, id, word);
    var heard = new FutureTask<>(() -> hears(io, sent));
    Thread.ofVirtual().start(heard);
    assertTrue(heard.get(90, TimeUnit.SECONDS));
  }

  /** Opens one more, without reading what the peer is told. */
  private ByteStream latest(LegacyIo io, int id) throws IOException {
    ask(io, id, Family.DELIVER);
    credit(io, id);
    await().until(() -> service.streams.size() == id);
    return service.streams.getLast();
  }

  /** Sends as much as there is room for, and ends the stream. */
  private static void fill(ByteStream stream) throws InterruptedException {
    var filling = sender(stream, Bytes.of(new byte[Family.STREAM.maxFrameBytes()]));
    await().until(() -> filling.getState() == WAITING);
    stream.close();
    filling.join();
  }

  /** Whether the frame is not sent yet. The system may have taken more of those before it. */
  private static boolean waitsForRoom(ByteStream stream, Bytes frame) {
    var sending = Thread.ofVirtual().start(() -> send(stream, frame));
    await().until(() -> EnumSet.of(WAITING, TERMINATED).contains(sending.getState()));
    return sending.getState() == WAITING;
  }

  private static boolean hears(LegacyIo io, LegacyFrame frame) throws IOException {
    while (!next(io).equals(frame)) Thread.onSpinWait();
    return true;
  }

  private static boolean send(ByteStream stream, Bytes frame) {
    try {
      return stream.send(frame);
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Thread sender(ByteStream stream, Bytes frame) {
    return Thread.ofVirtual()
        .start(
            () -> {
              while (send(stream, frame)) Thread.yield();
            });
  }

  @Test
  void aStreamThatIsOpenedWhileTheConnectionEndsHasEndedToo() throws IOException {
    service.onHello = listener::close; // which ends all streams that there are
    ask(peer(), 1, Family.STREAM);
    await().until(() -> !service.streams.isEmpty());
    await().until(() -> service.streams.getFirst().ended().isPresent());
  }

  /** T29: it is neither lost nor of another cluster, and says so. */
  @Test
  void aConnectionThatIsLeavingTakesNothingNewAndLetsTheRestGoOn() throws Exception {
    // given a stream on a connection whose port was unbound
    var io = peer();
    open(io, 1, Family.STREAM);
    listener.leave();
    assertEquals(LegacyFrame.of(Kind.GOAWAY, 0), next(io));
    // when another is opened there
    ask(io, 2, Family.STREAM);
    // then it is refused with its code, and the first one goes on
    var refused = next(io);
    assertEquals(Kind.ERR, refused.type());
    assertEquals(2, refused.id());
    var why = Diagnosis.of(LegacyBody.status(refused.body()));
    assertEquals("MK-NET-009 CALL", why.mk() + " " + why.kind());
    say(io, new LegacyFrame(Kind.STREAM, 1, Bytes.utf8("x")));
    var heard = service.streams.getFirst().receive(Duration.ofSeconds(20));
    assertEquals(new ByteStream.Heard.Frame(Bytes.utf8("x")), heard);
  }

  @Test
  void whoDialledAndWasSentAwayOpensNothingNewThere() throws Exception {
    try (var client = client(new Meters(Map.of()))) {
      var road = client.dial(RoadKind.LEGACY, Approach.to(listener.local(), A)).orThrow().road();
      var first = road.open(Family.STREAM, Bytes.utf8("b")).orThrow().stream();
      listener.leave();
      await().until(road::isSentAway);
      var refused = assertInstanceOf(Result.Err.class, road.open(Family.ELECT, Bytes.EMPTY));
      assertEquals("MK-NET-009", refused.error().details().get("mk"), refused.error()::text);
      assertFalse(RoadFailure.isOfRoad(refused.error()), "what is open there would be cut");
      assertEquals(Optional.empty(), first.ended());
      road.abandon();
    }
  }

  @Test
  void aStreamBeyondThe16ThatAreOpenIsRefused() throws IOException {
    var io = peer();
    for (var id = 1; id <= 16; id++) open(io, id, Family.STREAM);
    ask(io, 17, Family.STREAM);
    var refused = next(io);
    assertEquals(Kind.ERR, refused.type());
    var why = Diagnosis.of(LegacyBody.status(refused.body()));
    assertEquals("MK-NET-010 CALL", why.mk() + " " + why.kind());
    assertLives(io);
  }

  @Test
  void aRequestBeyondThe32ThatAreOpenIsRefused() throws IOException {
    var io = peer();
    var body = LegacyBody.tagged(LegacyBody.SYNC, Bytes.utf8("table"));
    for (var id = 1; id <= LegacyReplies.MAX_REQUESTS + 1; id++) {
      say(io, new LegacyFrame(Kind.REQ, id, body));
    }
    var refused = next(io);
    assertEquals(Kind.ERR, refused.type());
    assertEquals(LegacyReplies.MAX_REQUESTS + 1, refused.id());
    var why = LegacyBody.status(refused.body());
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, why.getCode(), why.toString());
    service.mayAnswer.countDown();
    for (var i = 0; i < LegacyReplies.MAX_REQUESTS; i++) assertEquals(Kind.RESP, next(io).type());
  }

  @Test
  void anAnswerThatComesTooLateIsDroppedAndCounted() throws Exception {
    var meters = new Meters(Map.of());
    var dropped = "meshkit_legacy_drops_total{what=\"RESP\"} 1.0";
    try (var client = client(meters)) {
      var road = client.dial(RoadKind.LEGACY, Approach.to(listener.local(), A)).orThrow().road();
      // given a request that was given up
      var asked = road.sync(Bytes.utf8("table"), Duration.ofMillis(50));
      var late = assertInstanceOf(Result.Err.class, asked).error();
      assertFalse(RoadFailure.isOfRoad(late), "one answer is not the road");
      // when it is answered all the same
      service.mayAnswer.countDown();
      // then nobody gets the answer, and the road goes on
      await().until(() -> meters.scrape().contains(dropped));
      assertEquals("b", road.sync(Bytes.utf8("b"), Duration.ofMinutes(1)).orThrow().utf8());
      road.abandon();
    }
  }

  private Transport client(Meters meters) {
    var tools = new RoadTools(Clocks.system(), meters);
    return new Transport(
        OwnCredentials.of(bed.ca.node(B)), RoadMode.AUTO, tools, RoadTimes.DEFAULTS);
  }

  /** Closing TLS would wait for the writer, and the writer for the peer: this would not return. */
  @Test
  void aPeerThatReadsNothingIsLeftThoughTheWriterIsStuck() throws Exception {
    // given a peer that has given credit for all there is, and reads nothing
    var io = peer();
    open(io, 1, Family.STREAM);
    credit(io, 1);
    var stream = service.streams.getFirst();
    var sender = sender(stream, Bytes.of(new byte[Family.STREAM.maxFrameBytes()]));
    await().until(() -> sender.getState() == Thread.State.WAITING);
    // when the port is closed, then whoever sends is told so
    listener.close();
    sender.join();
    assertTrue(stream.ended().isPresent());
  }
}
