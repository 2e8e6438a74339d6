package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import io.grpc.Server;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T2: Kwik as a client of our server: the streaming calls, a foreign certificate, and a server that
 * goes away.
 */
@Timeout(60)
class KwikCallsTest {
  private static final String DOWNLOAD = "/meshkit.test.Probe/Download";
  private static final String UPLOAD = "/meshkit.test.Probe/Upload";
  private static final String TALK = "/meshkit.test.Probe/Talk";

  private Meshless mesh;
  private Server server;
  private KwikClient client;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    server = mesh.start(mesh.server().addService(new ProbeService()));
    client = KwikClient.connected(mesh.ca, server.getPort());
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    mesh.close();
  }

  /** The messages of a body, however they were cut into DATA frames. */
  private static List<Answer> answers(byte[] body) throws Exception {
    var all = new ArrayList<Answer>();
    for (var bytes = ByteBuffer.wrap(body); bytes.hasRemaining(); ) {
      assertEquals(0, bytes.get(), "not compressed");
      var message = new byte[bytes.getInt()];
      bytes.get(message);
      all.add(Answer.parseFrom(message));
    }
    return all;
  }

  @Test
  void aDownloadIsAllItsMessagesAndTrailers() throws Exception {
    var ask = Ask.newBuilder().setAnswers(30).setAnswerBytes(9_000).build();
    var response =
        client.request(KwikClient.head(DOWNLOAD), KwikClient.message(ask)).finish().all();
    assertEquals("0", response.grpcStatus());
    var answers = answers(response.body());
    assertEquals(30, answers.size());
    assertTrue(answers.stream().allMatch(answer -> answer.getBody().size() == 9_000));
  }

  /** Messages cut anywhere: two in a frame, one over three frames, a frame of a single byte. */
  @Test
  void anUploadIsReadHoweverItIsCut() throws Exception {
    var two = H3.concat(message(100), message(200));
    var one = message(50_000);
    var request =
        client.request(
            KwikClient.head(UPLOAD),
            H3.frame(H3.DATA, two),
            H3.frame(H3.DATA, java.util.Arrays.copyOfRange(one, 0, 3)),
            H3.frame(H3.DATA, java.util.Arrays.copyOfRange(one, 3, 4)),
            H3.frame(H3.RESERVED, new byte[9]),
            H3.frame(H3.DATA, java.util.Arrays.copyOfRange(one, 4, one.length)));
    var response = request.finish().all();
    assertEquals("0", response.grpcStatus());
    assertEquals(50_300, answers(response.body()).getFirst().getBytesSeen());
  }

  private static byte[] message(int bytes) {
    return H3.message(ConformanceBed.ask(bytes, 0).toByteArray());
  }

  /** An answer comes before the next ask is made, so both directions are open at once. */
  @Test
  void aTalkAnswersEachAskInTurn() throws Exception {
    var talk = client.request(KwikClient.head(TALK));
    for (var i = 1; i <= 20; i++) {
      talk.send(KwikClient.message(ConformanceBed.ask(i, 2 * i)));
      if (i == 1) talk.next(H3.HEADERS);
      var answer = answers(talk.next(H3.DATA).payload()).getFirst();
      assertEquals(i, answer.getBytesSeen());
      assertEquals(2 * i, answer.getBody().size());
    }
    talk.finish();
    assertEquals("0", talk.all().grpcStatus());
  }

  /** T20: whom our authority does not know is told by TLS, and served nothing. */
  @Test
  void aForeignCertificateIsRefusedByTls() throws Exception {
    var foreign = new TestCa("foreign").keyManager(Meshless.CLIENT);
    var close =
        KwikClient.refusal(
            () -> KwikClient.stranger(mesh.ca, server.getPort()).clientKeyManager(foreign));
    assertFalse(close.application(), close::toString);
    assertEquals(0x1, close.code() >> 8, close::toString); // CRYPTO_ERROR, RFC 9001 §4.8
  }

  /** T18: first everything that is under way may still come, then from the next id on nothing. */
  @Test
  void aServerGoesAwayInTwoSteps() throws Exception {
    var talk = client.request(KwikClient.head(TALK), KwikClient.message(ConformanceBed.ask(1, 1)));
    talk.next(H3.HEADERS);
    talk.next(H3.DATA);
    server.shutdown();
    var control = client.theirControl();
    control.next(H3.SETTINGS);
    assertEquals((1L << 62) - 4, id(control.next(H3.GOAWAY)));
    assertEquals(talk.id() + 4, id(control.next(H3.GOAWAY)));
    // a request that comes too late is rejected, and the open one is served to its end
    var late = client.request(KwikClient.head(KwikClient.UNARY));
    assertEquals(0x10b, client.signals.reset(late.id())); // H3_REQUEST_REJECTED
    talk.send(KwikClient.message(ConformanceBed.ask(2, 2)));
    assertEquals(2, answers(talk.next(H3.DATA).payload()).getFirst().getBytesSeen());
    talk.finish();
    assertEquals("0", talk.all().grpcStatus());
    assertEquals(new PeerSignals.Close(true, 0x100, ""), client.signals.close()); // H3_NO_ERROR
  }

  private static long id(H3Stream.Frame goAway) throws Exception {
    var payload = new java.io.ByteArrayInputStream(goAway.payload());
    return H3Stream.varint(payload.read(), payload);
  }
}
