package dev.meshkit.transport;

import static dev.meshkit.transport.LegacyBed.A;
import static dev.meshkit.transport.LegacyBed.B;
import static dev.meshkit.transport.LegacyBed.next;
import static dev.meshkit.transport.LegacyBed.say;
import static dev.meshkit.transport.LegacyReplies.MAX_REQUESTS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.transport.LegacyFrame.Kind;
import io.grpc.Status;
import java.io.IOException;
import java.net.Socket;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T36: what is asked on a legacy connection, at its bounds and once it has ended. */
@Timeout(60)
class LegacyCallsTest {
  private static final Bytes SYNC = LegacyBody.tagged(LegacyBody.SYNC, Bytes.utf8("table"));
  private static final Bytes COMMAND = LegacyBody.tagged(LegacyBody.COMMAND, Bytes.utf8("stop"));

  private final LegacyBed bed = new LegacyBed();
  private final Semaphore looks = new Semaphore(Integer.MAX_VALUE / 2);
  private Transport server;
  private LegacyListener listener;

  @BeforeEach
  void listen() {
    server = transport(OwnCredentials.of(bed.ca.node(A)), new RoadTools(clocks(), meters()));
    listener = server.listenLegacy(new Endpoint("127.0.0.1", 0), bed.service).orThrow();
  }

  private Meters meters() {
    return bed.tools.meters();
  }

  private static Transport transport(OwnCredentials own, RoadTools tools) {
    return new Transport(own, RoadMode.AUTO, tools, RoadTimes.DEFAULTS);
  }

  @AfterEach
  void close() {
    looks.release(1_000);
    bed.close();
    listener.close();
    server.close();
  }

  /** A monotonic one that stands still for whoever answers, once he has looked so often. */
  private Clocks clocks() {
    var real = Clocks.system();
    return new Clocks(real.wall(), () -> look(real));
  }

  private Instant look(Clocks real) {
    if (Thread.currentThread().getName().equals("legacy call")) looks.acquireUninterruptibly();
    return real.monotonic().instant();
  }

  private LegacyIo peer() throws IOException {
    var at = listener.local();
    return bed.greet(bed.shake(bed.ca.node(B), new Socket(at.host(), at.port())));
  }

  private static void ask(LegacyIo io, long id, Bytes what) throws IOException {
    say(io, new LegacyFrame(Kind.REQ, id, what));
  }

  private static void cancel(LegacyIo io, long id) throws IOException {
    say(io, new LegacyFrame(Kind.CANCEL, id, LegacyBody.status(Status.CANCELLED)));
  }

  /** All that was said before has been read, and nothing was said about it. */
  private static void assertNothingCame(LegacyIo io) throws IOException {
    say(io, LegacyFrame.of(Kind.PING, 99));
    assertEquals(LegacyFrame.of(Kind.PONG, 99), next(io));
  }

  @Test
  void whoHasHeardThatOneRequestFailedMayAskTheNext() throws Exception {
    // given as many requests as may be open but one, and one more, which the service refuses
    var io = peer();
    for (var id = 1; id < MAX_REQUESTS; id++) ask(io, id, SYNC);
    await().until(() -> looks.availablePermits() == Integer.MAX_VALUE / 2 - MAX_REQUESTS + 1);
    looks.drainPermits();
    looks.release(); // it may begin, and not end
    ask(io, MAX_REQUESTS, COMMAND);
    // when the peer has heard so
    var failed = next(io);
    assertEquals(Kind.ERR + " " + MAX_REQUESTS, failed.type() + " " + failed.id());
    // then there is room for another, whatever whoever answered has still to do
    ask(io, MAX_REQUESTS + 1, SYNC);
    assertNothingCame(io);
  }

  @Test
  void whoHasCancelledARequestMayAskTheNextThoughItIsNotOver() throws Exception {
    // given all that may be open, of a service that does not end when it is told to
    var io = peer();
    for (var id = 1; id <= MAX_REQUESTS; id++) ask(io, id, SYNC);
    // when all are cancelled but the last, then there is room for as many more
    for (var id = 1; id < MAX_REQUESTS; id++) cancel(io, id);
    for (var id = 1; id < MAX_REQUESTS; id++) ask(io, MAX_REQUESTS + id, SYNC);
    assertNothingCame(io);
    // but no more, however many are cancelled: they all are threads of ours
    cancel(io, MAX_REQUESTS);
    ask(io, 2 * MAX_REQUESTS, SYNC);
    var refused = next(io);
    assertEquals(Kind.ERR + " " + 2 * MAX_REQUESTS, refused.type() + " " + refused.id());
    assertEquals("MK-NET-010", Diagnosis.of(LegacyBody.status(refused.body())).mk());
    // and once they are over, there is room again
    bed.service.mayAnswer.countDown();
    for (var i = 1; i < 2 * MAX_REQUESTS; i++) assertEquals(Kind.RESP, next(io).type());
    ask(io, 3 * MAX_REQUESTS, SYNC);
    assertEquals(new LegacyFrame(Kind.RESP, 3 * MAX_REQUESTS, Bytes.utf8("table")), next(io));
  }

  /** What was read before the end is in a buffer, and would be served after it. */
  @Test
  void whatIsReadOnceTheConnectionHasEndedIsNotServed() throws Exception {
    var link = link();
    link.abandon();
    var calls = new LegacyCalls(link);
    calls.request(new LegacyFrame(Kind.REQ, 1, SYNC));
    assertFalse(calls.isServing(), "a peer that is gone is served");
  }

  private LegacyLink link() throws Exception {
    return new LegacyLink(
        new LegacyLink.Parts(B, bed.connect().ours(), bed.tools, Optional::empty, bed.service));
  }
}
