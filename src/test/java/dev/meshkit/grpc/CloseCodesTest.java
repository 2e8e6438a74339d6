package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Status;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** T8: what each code with which a server closes its connection means to the calls on it. */
@Timeout(60)
class CloseCodesTest {
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** NO_ERROR, and what nobody knows, is no error (RFC 9114 §8); nor is a refusal of ours. */
  static Stream<Arguments> codes() {
    var errors =
        Stream.of(
                0x33, 0x101, 0x102, 0x103, 0x104, 0x105, 0x106, 0x108, 0x109, 0x10a, 0x10d, 0x10e,
                0x10f, 0x110, 0x200, 0x201, 0x202)
            .map(code -> Arguments.of(code, Status.Code.INTERNAL));
    var others =
        Stream.of(
            Arguments.of(0x100, Status.Code.UNAVAILABLE),
            Arguments.of(0x1234, Status.Code.UNAVAILABLE),
            Arguments.of(0x4D4B_0001, Status.Code.UNAVAILABLE),
            Arguments.of(0x10b, Status.Code.UNAVAILABLE),
            Arguments.of(0x10c, Status.Code.CANCELLED),
            Arguments.of(0x107, Status.Code.RESOURCE_EXHAUSTED));
    return Stream.concat(errors, others);
  }

  /** How the call ends, and on which its connection was closed. */
  private Status closed(int code, String reason) throws Exception {
    try (var server = new KwikServer(mesh.ca, H3.settings())) {
      var answers = new Recorder<Answer>();
      ProbeGrpc.newStub(mesh.open(mesh.channel(server.port())))
          .unary(Ask.getDefaultInstance(), answers);
      server.request().all();
      server.connection().close(code, reason);
      return answers.status();
    }
  }

  @ParameterizedTest
  @MethodSource("codes")
  void aConnectionClosedWithACodeEndsItsCalls(int code, Status.Code expected) throws Exception {
    var status = closed(code, "because");
    assertEquals(expected, status.getCode(), status::toString);
    var cause = assertInstanceOf(Http3ConnectException.class, status.getCause());
    assertEquals(code, cause.closeCode());
    assertEquals("because", cause.reason());
    assertTrue(String.valueOf(status.getDescription()).contains("because"), status::toString);
  }

  /** A stranger's words may be a line of our log, and not two, nor a command to a terminal. */
  @Test
  void aReasonIsMadeFitForALine() throws Exception {
    var said = "bye\r\n2026 ERROR all is lost \u001b[31m\u202e\u2028" + "x".repeat(400);
    var status = closed(0x100, said);
    var message = String.valueOf(status.getDescription());
    assertTrue(message.contains("bye??2026 ERROR all is lost ?[31m??xxx"), message);
    assertTrue(message.length() < 400, message);
    var cause = assertInstanceOf(Http3ConnectException.class, status.getCause());
    assertEquals(said, cause.reason(), "as sent");
  }

  /** A server that sends its status and no FIN leaves no stream of ours open. */
  @Test
  void anAnswerWithoutEndIsGivenUp() throws Exception {
    try (var server = new KwikServer(mesh.ca, H3.settings())) {
      var answers = new Recorder<Answer>();
      ProbeGrpc.newStub(mesh.open(mesh.channel(server.port())))
          .unary(Ask.getDefaultInstance(), answers);
      var request = server.request();
      request.all();
      request.send(KwikServer.HEAD, H3.frame(H3.DATA, H3.message(new byte[0])), KwikServer.OK);
      assertEquals(Status.OK, answers.status());
      assertEquals(0x100, server.signals.stopped(request.id()));
    }
  }
}
