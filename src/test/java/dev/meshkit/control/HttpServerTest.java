package dev.meshkit.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Result;
import dev.meshkit.control.proto.Check;
import dev.meshkit.control.proto.Health;
import dev.meshkit.control.proto.NodeStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Health and metrics over raw sockets, so that each refusal is provoked as an attacker would (O26).
 */
class HttpServerTest {
  private final FakeNode node = new FakeNode();
  private HttpServer server;

  private record Answer(int status, String headers, String body) {}

  @BeforeEach
  void itListens() {
    server =
        HttpServer.open(new Endpoint("127.0.0.1", 0), node, () -> "meshkit_ready 1\n").orThrow();
  }

  @AfterEach
  void itStops() {
    server.close();
  }

  @Test
  void metricsAreTheScrapeAsItIs() throws IOException {
    var answer = ask("GET /metrics HTTP/1.1", ours());
    assertEquals(200, answer.status());
    assertEquals("meshkit_ready 1\n", answer.body());
    assertTrue(answer.headers().contains("text/plain; version=0.0.4"), answer.headers());
    assertTrue(answer.headers().contains("nosniff"), answer.headers());
  }

  @Test
  void aReadyNodeShowsItsChecks() throws IOException {
    var answer = ask("GET /readyz HTTP/1.1", ours());
    assertEquals(200, answer.status());
    var report = JsonParser.parseString(answer.body()).getAsJsonObject();
    assertEquals("HealthReport", report.get("kind").getAsString());
    assertEquals("OK", report.get("health").getAsString());
    assertEquals(
        "store",
        report.getAsJsonArray("checks").get(0).getAsJsonObject().get("name").getAsString());
  }

  /** WARN never fails readiness; FAIL does, and so does a state other than READY. */
  @Test
  void readinessFailsByCheckOrStateAndNotByWarning() throws IOException {
    node.ready = List.of(check(Health.WARN));
    assertEquals(200, ask("GET /readyz HTTP/1.1", ours()).status());
    node.ready = List.of(check(Health.OK), check(Health.FAIL));
    assertEquals(503, ask("GET /readyz HTTP/1.1", ours()).status());
    node.ready = List.of(check(Health.OK));
    node.state = NodeStatus.State.DRAINING;
    assertEquals(503, ask("GET /readyz HTTP/1.1", ours()).status());
    assertEquals(200, ask("GET /livez HTTP/1.1", ours()).status());
  }

  @Test
  void aStalledLoopFailsLivenessAlone() throws IOException {
    node.live = List.of(check(Health.FAIL));
    assertEquals(503, ask("GET /livez HTTP/1.1", ours()).status());
    assertEquals(200, ask("GET /readyz HTTP/1.1", ours()).status());
  }

  /** O25: only GET and HEAD. */
  @Test
  void onlyGetAndHeadAreServed() throws IOException {
    var post = ask("POST /readyz HTTP/1.1", ours() + "Content-Length: 0\r\n");
    assertEquals(405, post.status());
    assertTrue(post.headers().contains("Allow: GET, HEAD"), post.headers());
    var head = ask("HEAD /metrics HTTP/1.1", ours());
    assertEquals(200, head.status());
    assertEquals("", head.body());
    assertTrue(head.headers().contains("Content-length: 16"), head.headers());
  }

  /** O25: DNS rebinding. A page of somebody else's reaches us under its own name. */
  @Test
  void aForeignHostIsMisdirected() throws IOException {
    var port = server.at().port();
    for (var host :
        List.of(
            "evil.example:" + port, "127.0.0.1:1", "127.0.0.1", "localhost.evil.example:" + port)) {
      assertEquals(421, ask("GET /readyz HTTP/1.1", "Host: " + host + "\r\n").status(), host);
    }
    assertEquals(200, ask("GET /readyz HTTP/1.1", "Host: localhost:" + port + "\r\n").status());
    assertEquals(200, ask("GET /readyz HTTP/1.1", "Host: [::1]:" + port + "\r\n").status());
  }

  @Test
  void headersOverEightKibibytesAreRefused() throws IOException {
    assertEquals(
        431, ask("GET /readyz HTTP/1.1", ours() + "X: " + "x".repeat(8200) + "\r\n").status());
    assertEquals(
        200, ask("GET /readyz HTTP/1.1", ours() + "X: " + "x".repeat(7000) + "\r\n").status());
  }

  @Test
  void otherPathsAreNotFound() throws IOException {
    assertEquals(404, ask("GET /metrics/x HTTP/1.1", ours()).status());
    assertEquals(404, ask("GET / HTTP/1.1", ours()).status());
  }

  @Test
  void aTakenPortIsAnErrorWithACode() {
    var second = HttpServer.open(server.at(), node, () -> "");
    assertFalse(second.isOk());
    var error = ((Result.Err<HttpServer>) second).error();
    assertEquals("MK-NODE-002", error.details().get("mk"));
    assertTrue(error.tried().contains("http.listen"), error.tried());
  }

  private static Check check(Health status) {
    return Check.newBuilder().setName("c").setStatus(status).setText("t").build();
  }

  private String ours() {
    return "Host: 127.0.0.1:" + server.at().port() + "\r\n";
  }

  private Answer ask(String request, String headers) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.at().port())) {
      var text = request + "\r\n" + headers + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      var reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var parts = reply.split("\r\n\r\n", 2);
      return new Answer(Integer.parseInt(parts[0].substring(9, 12)), parts[0], parts[1]);
    }
  }
}
