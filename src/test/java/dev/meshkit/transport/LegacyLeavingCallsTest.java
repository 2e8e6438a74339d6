package dev.meshkit.transport;

import static dev.meshkit.transport.LegacyBed.A;
import static dev.meshkit.transport.LegacyBed.B;
import static dev.meshkit.transport.LegacyBed.assertEnds;
import static dev.meshkit.transport.LegacyBed.next;
import static dev.meshkit.transport.LegacyBed.say;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.transport.LegacyFrame.Kind;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T29, T36: what was asked on a legacy connection, from either side, before it is left. */
@Timeout(60)
class LegacyLeavingCallsTest {
  private final LegacyBed bed = new LegacyBed();
  private Transport server;
  private LegacyListener listener;

  @BeforeEach
  void listen() {
    server = transport(A);
    listener = server.listenLegacy(new Endpoint("127.0.0.1", 0), bed.service).orThrow();
  }

  private Transport transport(NodeId node) {
    var own = OwnCredentials.of(bed.ca.node(node));
    return new Transport(own, RoadMode.AUTO, bed.tools, RoadTimes.DEFAULTS);
  }

  @AfterEach
  void close() {
    bed.close();
    listener.close();
    server.close();
  }

  private LegacyIo peer() throws IOException {
    var at = listener.local();
    return bed.greet(bed.shake(bed.ca.node(B), new Socket(at.host(), at.port())));
  }

  private static void ask(LegacyIo io, long id) throws IOException {
    var body = LegacyBody.tagged(LegacyBody.SYNC, Bytes.utf8("table"));
    say(io, new LegacyFrame(Kind.REQ, id, body));
  }

  /** T29: it is not known then what became of it. */
  @Test
  void aPortThatIsLeftAnswersWhatItWasAskedAndTakesNothingNew() throws Exception {
    // given a request under way
    var io = peer();
    ask(io, 1);
    await().until(() -> bed.service.asked.get() == 1);
    // when the port is left, then the connection stays until that is answered
    listener.leave();
    assertEquals(LegacyFrame.of(Kind.GOAWAY, 0), next(io));
    ask(io, 2);
    var refused = next(io);
    assertEquals(Kind.ERR + " 2", refused.type() + " " + refused.id());
    assertEquals("MK-NET-009", Diagnosis.of(LegacyBody.status(refused.body())).mk());
    bed.service.mayAnswer.countDown();
    assertEquals(new LegacyFrame(Kind.RESP, 1, Bytes.utf8("table")), next(io));
    assertEnds(io);
  }

  @Test
  void whoLeavesARoadWaitsForTheAnswersAndAsksNothingNewThere() throws Exception {
    try (var client = transport(B)) {
      // given a question under way
      var road = client.dial(RoadKind.LEGACY, Approach.to(listener.local(), A)).orThrow().road();
      var answer = new FutureTask<>(() -> road.sync(Bytes.utf8("table"), Duration.ofSeconds(40)));
      Thread.ofVirtual().start(answer);
      await().until(() -> bed.service.asked.get() == 1);
      // when the road is closed, for as long as need be
      var left = new FutureTask<>(() -> close(road));
      var leaving = Thread.ofVirtual().start(left);
      await().until(() -> leaving.getState() == Thread.State.TIMED_WAITING);
      // then nothing new is asked there, and the answer arrives
      var patience = Duration.ofSeconds(5);
      var refused = assertInstanceOf(Result.Err.class, road.sync(Bytes.utf8("new"), patience));
      assertEquals("MK-NET-009", refused.error().details().get("mk"), refused.error()::text);
      bed.service.mayAnswer.countDown();
      assertEquals("table", answer.get(40, TimeUnit.SECONDS).orThrow().utf8());
      left.get(40, TimeUnit.SECONDS);
    }
  }

  private static boolean close(Road road) throws InterruptedException {
    road.close(Duration.ofSeconds(40));
    return true;
  }
}
