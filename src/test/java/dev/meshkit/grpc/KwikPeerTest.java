package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Deadline;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T2: our client and a server on Kwik: unary and streaming calls, a foreign certificate, and a
 * server that goes away.
 */
@Timeout(60)
class KwikPeerTest {
  private Meshless mesh;
  private KwikServer server;
  private ProbeGrpc.ProbeStub stub;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    server = new KwikServer(mesh.ca, H3.settings());
    stub = ProbeGrpc.newStub(mesh.open(mesh.channel(server.port())));
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
    server.close();
  }

  private static byte[] message(long seen, int bytes) {
    return H3.message(
        Answer.newBuilder()
            .setBytesSeen(seen)
            .setBody(ConformanceBed.ask(bytes, 0).getBody())
            .build()
            .toByteArray());
  }

  @Test
  void aUnaryCallEndsWithTrailers() throws Exception {
    var answers = new Recorder<Answer>();
    stub.unary(ConformanceBed.ask(10, 20), answers);
    var request = server.request();
    request.all();
    var answer = Answer.newBuilder().setBytesSeen(7).build();
    request
        .send(KwikServer.HEAD, H3.frame(H3.DATA, H3.message(answer.toByteArray())), KwikServer.OK)
        .finish();
    assertEquals(answer, answers.next());
    assertEquals(Status.OK, answers.status());
  }

  /** T7, T8: a proxy's answer, and one that is none of gRPC, end the call as G2 says. */
  @Test
  void bareHttpStatusesEndACall() throws Exception {
    var codes =
        Map.of(
            "400", Status.Code.INTERNAL,
            "401", Status.Code.UNAUTHENTICATED,
            "403", Status.Code.PERMISSION_DENIED,
            "404", Status.Code.UNIMPLEMENTED,
            "429", Status.Code.UNAVAILABLE,
            "502", Status.Code.UNAVAILABLE,
            "503", Status.Code.UNAVAILABLE,
            "504", Status.Code.UNAVAILABLE,
            "500", Status.Code.UNKNOWN,
            "302", Status.Code.UNKNOWN);
    for (var each : codes.entrySet()) {
      var status = answered(H3.headers(":status", each.getKey(), "content-type", "text/html"));
      assertEquals(each.getValue(), status.getCode(), status::toString);
      assertTrue(status.getDescription().contains(each.getKey()), status::toString);
    }
    var page = answered(H3.headers(":status", "200", "content-type", "text/html"));
    assertEquals(Status.Code.UNKNOWN, page.getCode(), page::toString);
  }

  /** T8: who ends its answer without a status has said nothing. */
  @Test
  void trailersWithoutAStatusAreUnknown() throws Exception {
    var trailers = H3.headers("x-other", "1");
    var status = answered(KwikServer.HEAD, trailers);
    assertEquals(Status.Code.UNKNOWN, status.getCode(), status::toString);
    assertTrue(status.getDescription().contains("grpc-status"), status::toString);
  }

  /**
   * T10: a call that waited tells the server what is left when it leaves, not what it had when it
   * was made. It waits here for the server's SETTINGS.
   */
  @Test
  void theTimeoutIsDerivedWhenItIsSent() throws Exception {
    try (var late = new KwikServer(mesh.ca, new byte[0])) {
      var deadline = Deadline.after(60, TimeUnit.SECONDS);
      var waiting = ProbeGrpc.newStub(mesh.open(mesh.channel(late.port()))).withDeadline(deadline);
      waiting.unary(ConformanceBed.ask(1, 0), new Recorder<>());
      var peer = late.connection();
      var left = deadline.timeRemaining(TimeUnit.NANOSECONDS);
      peer.uni(H3.CONTROL_STREAM, H3.settings());
      var timeout = late.request().all().header("grpc-timeout");
      var told = TimeoutCodec.decode(timeout).orElseThrow();
      assertTrue(told > 0 && told <= left + 1_000, timeout + " of " + left + " ns"); // rounded up
    }
  }

  /**
   * T12, T13, T15: a server that has answered in full and reads no request keeps neither its stream
   * nor what the connection may send: the rest is given up, and the channel ends when asked to.
   */
  @Test
  void anAnsweredRequestThatNobodyReadsIsGivenUp() throws Exception {
    var channel = mesh.open(mesh.channel(server.port()));
    var patient = ProbeGrpc.newStub(channel);
    server.readNothing();
    for (var i = 0; i < 4; i++) {
      var answers = new Recorder<Answer>();
      patient.unary(ConformanceBed.ask(3_500_000, 0), answers);
      var request = server.request();
      answer(request, i);
      assertEquals(i, answers.next().getBytesSeen());
      assertEquals(Status.OK, answers.status());
      assertEquals(0x100, server.signals.reset(request.id())); // H3_NO_ERROR
    }
    channel.shutdown();
    assertTrue(channel.awaitTermination(20, TimeUnit.SECONDS), "a stream is left");
  }

  /** T7: what is only announced comes before the answer, and means nothing. */
  @Test
  void informationalResponsesAreSkipped() throws Exception {
    var early = H3.headers(":status", "103", "link", "</style.css>");
    assertEquals(Status.OK, answered(early, early, KwikServer.HEAD, KwikServer.OK));
  }

  /** The end of a call to which the server answers just this. */
  private Status answered(byte[]... frames) throws Exception {
    var answers = new Recorder<Answer>();
    stub.talk(answers).onCompleted();
    var request = server.request();
    request.all();
    request.send(frames).finish();
    return answers.status();
  }

  /**
   * Messages cut anywhere: two in a frame, one over three, and frames that mean nothing between.
   */
  @Test
  void aDownloadIsReadHoweverItIsCut() throws Exception {
    var answers = new Recorder<Answer>();
    stub.download(Ask.newBuilder().setAnswers(3).build(), answers);
    var request = server.request();
    request.all();
    var large = message(3, 50_000);
    request
        .send(
            KwikServer.HEAD,
            H3.frame(H3.DATA, message(1, 10), message(2, 20)),
            H3.frame(H3.DATA, Arrays.copyOfRange(large, 0, 4)),
            H3.frame(H3.RESERVED),
            H3.frame(H3.DATA, Arrays.copyOfRange(large, 4, 5)),
            H3.frame(H3.DATA, Arrays.copyOfRange(large, 5, large.length)),
            KwikServer.OK)
        .finish();
    assertEquals(Status.OK, answers.status());
    assertEquals(
        LongStream.rangeClosed(1, 3).boxed().toList(),
        answers.items().stream().map(Answer::getBytesSeen).toList());
    assertEquals(50_000, answers.items().getLast().getBody().size());
  }

  @Test
  void anUploadIsAllItsMessagesAndFin() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = stub.upload(answers);
    for (var i = 0; i < 30; i++) asks.onNext(ConformanceBed.ask(9_000, 0));
    asks.onCompleted();
    var request = server.request();
    var all = request.all();
    assertEquals("POST", all.header(":method"));
    assertEquals("trailers", all.header("te"));
    assertTrue(all.end() instanceof H3Stream.End, () -> "end: " + all.end());
    assertEquals(30 * message(ConformanceBed.ask(9_000, 0)).length, all.body().length);
    request.send(KwikServer.HEAD, H3.frame(H3.DATA, message(7, 0)), KwikServer.OK).finish();
    assertEquals(7, answers.next().getBytesSeen());
    assertEquals(Status.OK, answers.status());
  }

  private static byte[] message(Ask ask) {
    return H3.message(ask.toByteArray());
  }

  @Test
  void aTalkAnswersEachAskInTurn() throws Exception {
    var answers = new Recorder<Answer>();
    var asks = stub.talk(answers);
    asks.onNext(ConformanceBed.ask(1, 0));
    var talk = server.request();
    talk.next(H3.HEADERS);
    talk.send(KwikServer.HEAD);
    for (var i = 1; i <= 20; i++) {
      if (i > 1) asks.onNext(ConformanceBed.ask(i, 0));
      assertEquals(
          H3.concat(message(ConformanceBed.ask(i, 0))).length, talk.next(H3.DATA).payload().length);
      talk.send(H3.frame(H3.DATA, message(i, i)));
      assertEquals(i, answers.next().getBytesSeen());
    }
    asks.onCompleted();
    assertTrue(talk.next() instanceof H3Stream.End, "FIN comes");
    talk.send(KwikServer.OK).finish();
    assertEquals(Status.OK, answers.status());
  }

  /** T20, T29: whom our authority does not know is refused before anything is asked of it. */
  @Test
  void aForeignCertificateIsOurTlsFailure() throws Exception {
    var foreign = new KwikServer(new TestCa("foreign"), H3.settings());
    try (foreign) {
      var refusal = Meshless.refusalOf(mesh.open(mesh.channel(foreign.port())));
      assertEquals(Kind.TLS, refusal.kind(), refusal::toString);
      assertTrue(!foreign.hasRequests());
    }
  }

  /** T18: what was not processed is made again elsewhere, what was goes on where it is. */
  @Test
  void aServerThatGoesAwayIsLeftAndNoCallFails() throws Exception {
    var first = new Recorder<Answer>();
    var second = new Recorder<Answer>();
    stub.unary(ConformanceBed.ask(1, 0), first);
    var kept = server.request();
    kept.all();
    var going = server.connection();
    stub.unary(ConformanceBed.ask(2, 0), second);
    var lost = server.request();
    lost.all();
    going.control().send(H3.frame(H3.GOAWAY, H3.varint(lost.id())));
    var again = server.request(); // on the connection that the client dials now
    assertEquals(0, again.id(), "the first stream of another connection");
    again.all();
    answer(again, 2);
    assertEquals(2, second.next().getBytesSeen());
    assertEquals(Status.OK, second.status());
    answer(kept, 1);
    assertEquals(1, first.next().getBytesSeen());
    assertEquals(Status.OK, first.status());
    var third = new Recorder<Answer>();
    stub.unary(ConformanceBed.ask(3, 0), third);
    var elsewhere = server.request();
    assertEquals(4, elsewhere.id(), "the second stream of that connection");
    answer(elsewhere, 3);
    assertEquals(Status.OK, third.status());
  }

  private static void answer(H3Stream request, long seen) throws Exception {
    request.send(KwikServer.HEAD, H3.frame(H3.DATA, message(seen, 0)), KwikServer.OK).finish();
  }

  /** Ends of many calls at once stay apart. */
  @Test
  void manyCallsAtOnceEachGetTheirOwnAnswer() throws Exception {
    var all = new ArrayList<Recorder<Answer>>();
    for (var i = 0; i < 20; i++) {
      var answers = new Recorder<Answer>();
      stub.unary(ConformanceBed.ask(i, 0), answers);
      all.add(answers);
    }
    for (var i = 0; i < 20; i++) {
      var request = server.request();
      var body = request.all().body();
      answer(request, Ask.parseFrom(Arrays.copyOfRange(body, 5, body.length)).getBody().size());
    }
    for (var i = 0; i < 20; i++) assertEquals(i, all.get(i).next().getBytesSeen());
  }
}
