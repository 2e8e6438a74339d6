package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.HostileFrames.Case;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.netty.handler.codec.http3.Http3ErrorCode;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client that breaks HTTP/3 itself loses its connection, with the code that the RFC names; the
 * listener and everybody else's calls are unharmed (T7).
 */
class HostileClientTest {
  private static final byte[] HEAD = KwikClient.head(KwikClient.UNARY);
  private static Meshless mesh;
  private static Server server;
  private static ManagedChannel bystander;

  @BeforeAll
  static void open() throws Exception {
    mesh = new Meshless();
    server = mesh.start(mesh.server().addService(new ProbeService()));
    bystander = mesh.open(mesh.channel(server));
  }

  @AfterAll
  static void close() throws Exception {
    mesh.close();
  }

  static Stream<Case> cases() {
    var pushes = Http3ErrorCode.H3_ID_ERROR;
    return Stream.of(
            HostileFrames.ofControl(),
            HostileFrames.ofCriticalStreams(),
            HostileFrames.ofQpack(),
            HostileFrames.ofMessages(HEAD),
            HostileFrames.ofSizes(HEAD),
            Stream.of(
                HostileFrames.control(
                    "a MAX_PUSH_ID that shrinks",
                    pushes,
                    H3.settings(),
                    H3.frame(H3.MAX_PUSH_ID, H3.varint(4)),
                    H3.frame(H3.MAX_PUSH_ID, H3.varint(3))),
                HostileFrames.control(
                    "a GOAWAY that grows",
                    pushes,
                    H3.settings(),
                    H3.frame(H3.GOAWAY, H3.varint(4)),
                    H3.frame(H3.GOAWAY, H3.varint(8))),
                new Case(
                    "a push stream",
                    Http3ErrorCode.H3_STREAM_CREATION_ERROR,
                    end -> end.uni(H3.PUSH_STREAM, H3.varint(0))),
                HostileFrames.message(
                    "a PUSH_PROMISE",
                    Http3ErrorCode.H3_FRAME_UNEXPECTED,
                    HEAD,
                    H3.frame(H3.PUSH_PROMISE, H3.varint(0), H3.section(KwikClient.fields("/x"))))))
        .flatMap(some -> some);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void breakingHttp3ClosesTheConnectionAndHarmsNobody(Case one) throws Exception {
    try (var client = KwikClient.silent(mesh.ca, server.getPort())) {
      one.attack().by(client);
      var close = client.signals.close();
      assertTrue(close.application(), close::toString);
      assertEquals(one.code().code(), close.code(), close::toString);
    }
    assertUnharmed();
  }

  /** A GOAWAY whose frame is longer than its id: whatever Netty makes of it, it is the end. */
  @Test
  void aFrameLongerThanItsContentClosesTheConnection() throws Exception {
    try (var client = KwikClient.silent(mesh.ca, server.getPort())) {
      client.uni(H3.CONTROL_STREAM, H3.settings(), H3.frame(H3.GOAWAY, new byte[2]));
      assertTrue(client.signals.close().application());
    }
    assertUnharmed();
  }

  static void assertUnharmed() {
    assertEquals(
        Answer.getDefaultInstance(),
        ProbeGrpc.newBlockingStub(bystander).unary(Ask.getDefaultInstance()));
  }
}
