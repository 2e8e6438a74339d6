package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Context;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T8: the codes that our server puts on the wire, as Kwik receives them. */
@Timeout(60)
class WireCodesTest {
  private static final long NO_ERROR = 0x100;
  private static final long EXCESSIVE_LOAD = 0x107;
  private static final long REQUEST_REJECTED = 0x10b;
  private static final long REQUEST_CANCELLED = 0x10c;
  private static final long REQUEST_INCOMPLETE = 0x10d;
  private static final long MESSAGE_ERROR = 0x10e;

  private Meshless mesh;
  private KwikClient client;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    mesh.close();
  }

  private void dial(Bounds bounds) throws Exception {
    var builder = mesh.server().addService(new ProbeService()).bounds(bounds);
    client = KwikClient.connected(mesh.ca, mesh.start(builder).getPort());
  }

  private void dial() throws Exception {
    dial(Bounds.defaults());
  }

  /** The whole answer and FIN, then STOP_SENDING for the rest of the request, and no reset. */
  private void assertAnsweredEarly(H3Stream request, String field, String value) throws Exception {
    var response = request.all();
    assertTrue(response.end() instanceof H3Stream.End, () -> "end: " + response.end());
    assertEquals(value, response.trailer(field));
    assertEquals(NO_ERROR, client.signals.stopped(request.id()));
    assertFalse(client.signals.wasReset(request.id()));
  }

  @Test
  void anAnswerBeforeTheRequestsEndStopsItWithNoError() throws Exception {
    dial();
    assertAnsweredEarly(
        client.request(KwikClient.head("/meshkit.test.Probe/Nothing")), "grpc-status", "12");
    assertAnsweredEarly(
        client.request(H3.headers(without("content-type", "text/plain"))), ":status", "415");
    assertAnsweredEarly(client.request(H3.headers(without(":method", "GET"))), ":status", "405");
    var big = KwikClient.head(KwikClient.UNARY, "x-big", "x".repeat(9_000));
    assertAnsweredEarly(client.request(big), ":status", "431");
  }

  /** A gRPC request with another value of one of its fields. */
  private static List<String> without(String name, String value) {
    var fields = new ArrayList<>(KwikClient.fields(KwikClient.UNARY));
    fields.set(fields.indexOf(name) + 1, value);
    return fields;
  }

  @Test
  void whatIsNoRequestIsAMessageError() throws Exception {
    dial();
    for (var wrong :
        List.of(
            H3.headers(":method", "POST", ":scheme", "https", ":authority", "a"), // no path
            H3.headers(":status", "200", "content-type", "application/grpc"),
            KwikClient.head(KwikClient.UNARY, ":unknown", "x"),
            KwikClient.head(KwikClient.UNARY, "Upper", "x"),
            KwikClient.head(KwikClient.UNARY, "connection", "close"),
            KwikClient.head(KwikClient.UNARY, "keep-alive", "timeout=5"),
            KwikClient.head(KwikClient.UNARY, "proxy-connection", "close"),
            KwikClient.head(KwikClient.UNARY, "transfer-encoding", "chunked"),
            KwikClient.head(KwikClient.UNARY, "upgrade", "h2c"))) {
      var request = client.request(wrong);
      assertEquals(MESSAGE_ERROR, client.signals.reset(request.id()));
    }
    assertEquals("0", client.unary(Ask.getDefaultInstance()).grpcStatus());
  }

  @Test
  void aRequestWithoutHeadersIsIncomplete() throws Exception {
    dial();
    var request = client.request(H3.frame(H3.RESERVED)).finish();
    assertEquals(REQUEST_INCOMPLETE, client.signals.reset(request.id()));
  }

  @Test
  void oneCallTooManyIsRejected() throws Exception {
    dial(Bounds.defaults().with(new Bounds.Load(512, 4_096, 1, 8)));
    var first =
        client.request(
            KwikClient.head("/meshkit.test.Probe/Talk"),
            KwikClient.message(Ask.getDefaultInstance()));
    first.next(H3.HEADERS); // so it runs, whatever order the server sees the streams in
    var second = client.request(KwikClient.head(KwikClient.UNARY));
    assertEquals(REQUEST_REJECTED, client.signals.reset(second.id()));
    assertEquals(REQUEST_REJECTED, client.signals.stopped(second.id()));
  }

  @Test
  void whoIsTooSlowIsExcessiveLoad() throws Exception {
    var quick = Duration.ofMillis(500);
    dial(Bounds.defaults().with(new Bounds.Patience(quick, quick, quick, quick)));
    var request = client.request(KwikClient.head(KwikClient.UNARY), H3.frame(H3.DATA, new byte[3]));
    assertEquals(EXCESSIVE_LOAD, client.signals.reset(request.id()));
    assertEquals(EXCESSIVE_LOAD, client.signals.stopped(request.id()));
  }

  @Test
  void aDeadlineThatPassesIsCancelledAtBothHalves() throws Exception {
    dial();
    var silent = KwikClient.message(Ask.newBuilder().setSilent(true).build());
    var open = client.request(KwikClient.head(KwikClient.UNARY, "grpc-timeout", "100m"), silent);
    assertEquals(REQUEST_CANCELLED, client.signals.reset(open.id()));
    assertEquals(REQUEST_CANCELLED, client.signals.stopped(open.id()));
    var closed = client.request(KwikClient.head(KwikClient.UNARY, "grpc-timeout", "100m"), silent);
    closed.finish();
    assertEquals(REQUEST_CANCELLED, client.signals.reset(closed.id()));
  }

  /** An error of the application is an answer like another. */
  @Test
  void aStatusNeedsNoCode() throws Exception {
    dial();
    var refused = client.unary(Ask.newBuilder().setStatus(7).setMessage("no").build());
    assertEquals("7", refused.grpcStatus());
    assertEquals("0", client.unary(Ask.getDefaultInstance()).grpcStatus());
    assertFalse(client.signals.isClosed());
  }

  @Test
  void aFloodClosesTheConnectionWithExcessiveLoad() throws Exception {
    var soon = Duration.ofMillis(250);
    var floods = new Bounds.Floods(1, 5, soon, 100, Duration.ofMillis(100));
    dial(Bounds.defaults().with(floods));
    try {
      for (var i = 0; i < 20 && !client.signals.isClosed(); i++) {
        client.request(KwikClient.head("/meshkit.test.Probe/Upload")).reset(REQUEST_CANCELLED);
      }
    } catch (IOException closed) {
      // it was closed while one more was on the way
    }
    assertEquals(EXCESSIVE_LOAD, client.signals.close().code());
  }

  /** What a client of ours says when it gives up: both halves while both are open, else one. */
  @Test
  void aClientCancelsTheHalvesThatAreOpen() throws Exception {
    dial(); // unused here
    try (var server = new KwikServer(mesh.ca, H3.settings())) {
      var stub = ProbeGrpc.newStub(mesh.open(mesh.channel(server.port())));
      var context = Context.current().withCancellation();
      var answers = new Recorder<Answer>();
      context.run(() -> stub.talk(answers).onNext(Ask.getDefaultInstance()));
      var open = server.request();
      open.next(H3.HEADERS);
      context.cancel(null);
      assertEquals(REQUEST_CANCELLED, server.signals.reset(open.id()));
      assertEquals(REQUEST_CANCELLED, server.signals.stopped(open.id()));
      assertEquals(Status.Code.CANCELLED, answers.status().getCode());
      var late = new Recorder<Answer>();
      stub.withDeadlineAfter(200, TimeUnit.MILLISECONDS).unary(Ask.getDefaultInstance(), late);
      var closed = server.request();
      assertEquals(REQUEST_CANCELLED, server.signals.stopped(closed.id()));
      closed.reset(0x102); // a passed deadline wins over any code
      assertEquals(Status.Code.DEADLINE_EXCEEDED, late.status().getCode());
      assertFalse(server.signals.wasReset(closed.id()), "its request was complete");
    }
  }

  /** A response that no HTTP/3 server may send ends its call, and is called what it is. */
  @Test
  void aMalformedResponseIsAMessageError() throws Exception {
    dial(); // unused here
    try (var server = new KwikServer(mesh.ca, H3.settings())) {
      var stub = ProbeGrpc.newStub(mesh.open(mesh.channel(server.port())));
      for (var wrong :
          List.of(
              H3.headers("content-type", "application/grpc"), // no :status
              H3.headers(":status", "200", ":status", "200"),
              H3.headers(":path", "/", ":status", "200"),
              H3.headers(":status", "200", "Upper", "x"))) {
        var answers = new Recorder<Answer>();
        var asks = stub.talk(answers);
        asks.onNext(Ask.getDefaultInstance());
        var request = server.request();
        request.next(H3.HEADERS);
        request.send(wrong);
        assertEquals(Status.Code.INTERNAL, answers.status().getCode());
        assertEquals(MESSAGE_ERROR, server.signals.reset(request.id()));
        assertEquals(MESSAGE_ERROR, server.signals.stopped(request.id()));
      }
      Awaitility.await().until(() -> !server.signals.isClosed());
    }
  }
}
