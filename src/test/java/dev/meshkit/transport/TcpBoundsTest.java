package dev.meshkit.transport;

import static dev.meshkit.transport.LegacyBed.A;
import static dev.meshkit.transport.LegacyBed.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.transport.LegacyFrame.Kind;
import io.grpc.Status;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * T21, T35, security.md §9: what a node takes of those who come over TCP, as over HTTP/3: 8
 * connections of an identity, and nothing of who must not be there.
 */
@Timeout(120)
class TcpBoundsTest {
  private static final int MOST = 8;
  private static final NodeId C = NodeId.of("eu", "c");

  private final LegacyBed bed = new LegacyBed();
  private final Credentials ofB = bed.ca.node(B);
  private final List<Transport> transports = new ArrayList<>();
  private final List<AutoCloseable> listeners = new ArrayList<>();
  private final List<Road> roads = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    roads.forEach(Road::abandon);
    bed.close();
    for (var listener : listeners) listener.close();
    transports.forEach(Transport::close);
  }

  private Transport transport(Credentials credentials, RoadTools tools) {
    var own = OwnCredentials.of(credentials);
    transports.add(new Transport(own, RoadMode.H2, tools, RoadTimes.DEFAULTS));
    return transports.getLast();
  }

  private Transport client(Credentials credentials) {
    return transport(credentials, new RoadTools(Clocks.system(), new Meters(Map.of())));
  }

  private Endpoint listen(RoadKind kind, Credentials credentials) {
    var server = transport(credentials, bed.tools);
    var at = new Endpoint("127.0.0.1", 0);
    if (kind == RoadKind.LEGACY) {
      var legacy = server.listenLegacy(at, bed.service).orThrow();
      listeners.add(legacy);
      return legacy.local();
    }
    var mesh = server.listen(at, bed.service).orThrow();
    listeners.add(mesh);
    return mesh.local();
  }

  private Endpoint listen(RoadKind kind) {
    return listen(kind, bed.ca.node(A));
  }

  private interface Dialling {
    Result<Dialled> dial() throws InterruptedException;
  }

  private Road road(Dialling how) throws InterruptedException {
    roads.add(how.dial().orThrow().road());
    return roads.getLast();
  }

  private ByteStream use(Road road) throws InterruptedException {
    var before = bed.service.streams.size();
    var stream = road.open(Family.STREAM, Bytes.utf8("b")).orThrow().stream();
    soon().until(() -> bed.service.streams.size() > before);
    return stream;
  }

  private double refusals() {
    return bed.tools
        .meters()
        .scrape()
        .lines()
        .filter(line -> line.startsWith("meshkit_handshake_failures_total{"))
        .filter(line -> line.contains("SERVER") && line.contains("MK-TLS-017"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "LEGACY"})
  void whereAllAreInUseOneMoreIsRefusedAndToldWhy(RoadKind kind) throws Exception {
    var to = Approach.to(listen(kind), A);
    var client = client(ofB);
    for (var i = 0; i < MOST; i++) use(road(() -> client.dial(kind, to)));
    var refused = assertInstanceOf(Result.Err.class, client.dial(kind, to)).error();
    assertEquals("MK-TLS-017", refused.details().get("mk"), refused::text);
    assertEquals(RoadFailure.Kind.LOST, RoadFailure.kindOf(refused), "it may come again");
    assertTrue(refusals() > 0, bed.tools.meters().scrape());
    use(road(() -> client(bed.ca.node(C)).dial(kind, to))); // somebody else is not concerned
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "LEGACY"})
  void theOldestUnusedOneMakesRoom(RoadKind kind) throws Exception {
    var to = Approach.to(listen(kind), A);
    var client = client(ofB);
    for (var i = 0; i < MOST; i++) {
      var road = road(() -> client.dial(kind, to));
      if (i != 2 && i != 5) use(road);
    }
    comesIn(() -> client.dial(kind, to));
    if (kind == RoadKind.LEGACY) soon().until(roads.get(2)::isSentAway);
    for (var stream : bed.service.streams) assertEquals(Optional.empty(), stream.ended());
  }

  private static ConditionFactory soon() {
    return await().pollInterval(Duration.ofMillis(5));
  }

  private void comesIn(Dialling how) {
    soon()
        .until(
            () ->
                how.dial() instanceof Result.Ok<Dialled>(var dialled) && roads.add(dialled.road()));
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "LEGACY"})
  void whoHasGoneHasLeftItsPlace(RoadKind kind) throws Exception {
    var to = Approach.to(listen(kind), A);
    var client = client(ofB);
    for (var i = 0; i < 5 * MOST; i++) {
      comesIn(() -> client.dial(kind, to));
      use(roads.getLast());
      roads.getLast().abandon();
    }
  }

  /** However many come and say nothing, few wait for them to. */
  @ParameterizedTest
  @EnumSource(names = {"H2", "LEGACY"})
  void ofThoseWhoSayNothingFewAreWaitedFor(RoadKind kind) throws Exception {
    var at = listen(kind);
    var silent = new ArrayList<Socket>();
    try {
      while (refusals() == 0 && silent.size() < 2_000) {
        silent.add(new Socket(at.host(), at.port()));
      }
      await().until(() -> refusals() > 0);
    } finally {
      for (var socket : silent) socket.close();
    }
    await().until(() -> client(ofB).dial(kind, Approach.to(at, A)).isOk());
  }

  @Test
  void aConnectionOverHttp2HasSoManyCallsAtOnceAsOverHttp3() throws Exception {
    var to = Approach.to(listen(RoadKind.H2), A);
    var road = road(() -> client(ofB).dial(RoadKind.H2, to));
    bed.service.mayAnswer.countDown();
    for (var i = 0; i < 256; i++) {
      var open = new FutureTask<>(() -> road.open(Family.STREAM, Bytes.utf8("b")).orThrow());
      Thread.ofVirtual().start(open);
    }
    soon().until(() -> bed.service.streams.size() == 256);
    assertInstanceOf(Result.Err.class, road.sync(Bytes.utf8("b"), Duration.ofSeconds(1)));
    bed.service.streams.getFirst().abort(Status.CANCELLED);
    assertTrue(road.sync(Bytes.utf8("b"), Duration.ofSeconds(30)).isOk());
  }

  /** Whatever it would say: no byte of it is read, and no room made for it. */
  @Test
  void whoIsDeniedIsToldSoBeforeItHasSaidAnything() throws Exception {
    var at = listen(RoadKind.LEGACY, bed.ca.denying(A, ofB.chain().getFirst()));
    var io = bed.shake(ofB, new Socket(at.host(), at.port()));
    var told = io.read();
    assertEquals(Kind.ERR, told.type());
    assertEquals("MK-TLS-009", Diagnosis.of(LegacyBody.status(told.body())).mk());
  }

  @Test
  void whoGreetsAtLengthIsNotLetIn() throws Exception {
    var at = listen(RoadKind.LEGACY);
    var io = bed.shake(ofB, new Socket(at.host(), at.port()));
    LegacyBed.say(io, new LegacyFrame(Kind.HELLO, 0, Bytes.of(new byte[(16 << 10) + 1])));
    assertThrows(IOException.class, io::read);
  }

  /** Design §12: at most 32 open requests, and one that waits to be answered is open. */
  @Test
  void whoReadsNoAnswersIsGivenNoMoreThanAFewToRead() throws Exception {
    var at = listen(RoadKind.LEGACY);
    bed.service.mayAnswer.countDown();
    var io = bed.greet(bed.shake(ofB, new Socket(at.host(), at.port())));
    var question = LegacyBody.tagged(LegacyBody.SYNC, Bytes.of(new byte[512 << 10]));
    for (var id = 1; id <= 100; id++) LegacyBed.say(io, new LegacyFrame(Kind.REQ, id, question));
    var refused = 0;
    for (var id = 1; id <= 100; id++) {
      var answer = LegacyBed.next(io);
      if (answer.type() == Kind.ERR) refused++;
    }
    assertTrue(refused >= 20, refused + " of 100 were refused");
  }
}
