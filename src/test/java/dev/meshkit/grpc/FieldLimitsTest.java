package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.time.Duration;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T14: metadata over a limit, and T7: what a refusal says; both with Kwik on the other side. */
@Timeout(60)
class FieldLimitsTest {
  private static final Metadata.Key<String> BIG =
      Metadata.Key.of("x-big", Metadata.ASCII_STRING_MARSHALLER);
  private static final long FEW = 200; // bytes, as a peer's limit

  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  // ---- of our client

  @Test
  void headersAndTrailersOverTheClientsLimitFailTheirCallAlone() throws Exception {
    var big = "x".repeat(9_000);
    var ok = H3.frame(H3.DATA, H3.message(new byte[0]));
    try (var server = new KwikServer(mesh.ca, H3.settings())) {
      var stub = ProbeGrpc.newStub(mesh.open(mesh.channel(server.port())));
      var head = H3.headers(":status", "200", "content-type", "application/grpc", "x-big", big);
      var trailers = H3.headers("grpc-status", "0", "x-big", big);
      var alone =
          H3.headers(
              ":status", "200", "content-type", "application/grpc", "grpc-status", "0", "x", big);
      assertExhausted(answered(stub, server, head, ok, KwikServer.OK));
      assertExhausted(answered(stub, server, KwikServer.HEAD, ok, trailers));
      assertExhausted(answered(stub, server, alone));
      assertEquals(Status.OK, answered(stub, server, KwikServer.HEAD, ok, KwikServer.OK));
      assertTrue(!server.signals.isClosed());
    }
  }

  private static Status answered(ProbeGrpc.ProbeStub stub, KwikServer server, byte[]... frames)
      throws Exception {
    var answers = new Recorder<Answer>();
    stub.unary(Ask.getDefaultInstance(), answers);
    var request = server.request();
    request.all();
    request.send(frames).finish();
    return answers.status();
  }

  private static void assertExhausted(Status status) {
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, status.getCode(), status::toString);
    assertTrue(String.valueOf(status.getDescription()).contains("8192 bytes"), status::toString);
  }

  // ---- of our server, whose client takes little

  private static Metadata big() {
    var metadata = new Metadata();
    metadata.put(BIG, "x".repeat(300));
    return metadata;
  }

  private static ServerCallHandler<Ask, Answer> handler(Consumer<ServerCall<Ask, Answer>> does) {
    return (call, _) -> {
      does.accept(call);
      return new ServerCall.Listener<>() {};
    };
  }

  private static void bigHeaders(ServerCall<Ask, Answer> call) {
    call.sendHeaders(big());
    call.sendMessage(Answer.getDefaultInstance());
    call.close(Status.OK, new Metadata());
  }

  private static void bigTrailers(ServerCall<Ask, Answer> call) {
    call.sendHeaders(new Metadata());
    call.close(Status.NOT_FOUND.withDescription("gone"), big());
  }

  private static void longStatus(ServerCall<Ask, Answer> call) {
    call.close(Status.NOT_FOUND.withDescription("g".repeat(300)), new Metadata());
  }

  private KwikClient modest() throws Exception {
    var service =
        ServerServiceDefinition.builder(ProbeGrpc.SERVICE_NAME)
            .addMethod(ProbeGrpc.getUnaryMethod(), handler(FieldLimitsTest::bigHeaders))
            .addMethod(ProbeGrpc.getDownloadMethod(), handler(FieldLimitsTest::bigTrailers))
            .addMethod(ProbeGrpc.getTalkMethod(), handler(FieldLimitsTest::longStatus))
            .build();
    var client =
        KwikClient.silent(mesh.ca, mesh.start(mesh.server().addService(service)).getPort());
    client.uni(H3.CONTROL_STREAM, H3.settings(H3.MAX_FIELD_SECTION_SIZE, FEW));
    Awaitility.await() // until the server has read that
        .atMost(Duration.ofSeconds(20))
        .until(() -> asked(client, "Nothing").trailer("grpc-message").equals("null"));
    return client;
  }

  private static H3Stream.Message asked(KwikClient client, String method) throws Exception {
    return client.request(KwikClient.head("/meshkit.test.Probe/" + method)).finish().all();
  }

  private static void assertFew(H3Stream.Message answer) {
    for (var section : answer.sections()) {
      var size =
          section.entrySet().stream()
              .mapToInt(field -> field.getKey().length() + field.getValue().length() + 32)
              .sum();
      assertTrue(size <= FEW, () -> "sent " + section);
    }
  }

  @Test
  void headersOverTheClientsOwnLimitAreNotSent() throws Exception {
    try (var client = modest()) {
      var answer = asked(client, "Unary");
      assertEquals("8", answer.grpcStatus()); // RESOURCE_EXHAUSTED
      assertEquals(0, answer.body().length);
      assertFew(answer);
    }
  }

  @Test
  void trailersShedUserMetadataFirstAndThenTheDescription() throws Exception {
    try (var client = modest()) {
      var shed = asked(client, "Download");
      assertEquals("5", shed.grpcStatus());
      assertEquals("gone", shed.trailer("grpc-message"));
      assertEquals("null", shed.trailer("x-big"));
      assertFew(shed);
      var shorter = asked(client, "Talk");
      assertEquals("5", shorter.grpcStatus());
      assertEquals("null", shorter.trailer("grpc-message"));
      assertFew(shorter);
    }
  }

  // ---- what a refusal says

  /** T7: gRPC's compression specification: the client may try again with one of these. */
  @Test
  void anUnknownEncodingIsRefusedWithThoseThatAreKnown() throws Exception {
    var server = mesh.start(mesh.server().addService(new ProbeService()));
    try (var client = KwikClient.connected(mesh.ca, server.getPort())) {
      var head = KwikClient.head(KwikClient.UNARY, "grpc-encoding", "zip");
      var answer =
          client.request(head, KwikClient.message(Ask.getDefaultInstance())).finish().all();
      assertEquals("12", answer.grpcStatus());
      assertEquals("gzip", answer.header("grpc-accept-encoding"));
    }
  }
}
