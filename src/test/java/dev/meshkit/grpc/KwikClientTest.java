package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.grpc.testproto.Answer;
import io.grpc.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T2: Kwik as a client of our server, over mutual TLS. */
@Timeout(60)
class KwikClientTest {
  private Meshless mesh;
  private Server server;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    server = mesh.start(mesh.server().addService(new ProbeService()));
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  @Test
  void aUnaryCallEndsWithTrailers() throws Exception {
    try (var client = KwikClient.connected(mesh.ca, server.getPort())) {
      var ask = ConformanceBed.ask(271_828, 314_159);
      var response =
          client.request(KwikClient.head(KwikClient.UNARY), KwikClient.message(ask)).finish().all();
      assertEquals("0", response.grpcStatus());
      assertEquals(2, response.sections().size());
      assertEquals("200", response.header(":status"));
      assertEquals("application/grpc", response.header("content-type"));
      var body = response.body();
      assertEquals(0, body[0]);
      var answer = Answer.parseFrom(java.util.Arrays.copyOfRange(body, 5, body.length));
      assertEquals(314_159, answer.getBody().size());
      assertEquals(271_828, answer.getBytesSeen());
    }
  }

  @Test
  void withoutACertificateNothingIsServed() throws Exception {
    var close = KwikClient.refusal(() -> KwikClient.stranger(mesh.ca, server.getPort()));
    assertEquals(new PeerSignals.Close(false, 0x100 + 116, ""), close);
  }
}
