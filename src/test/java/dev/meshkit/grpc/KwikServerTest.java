package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T2: our client against a server on Kwik. */
@Timeout(60)
class KwikServerTest {
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
}
