package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** T8: what each code that a server sends means to our client. */
@Timeout(60)
class ResetCodesTest {
  private static Meshless mesh;
  private static KwikServer server;
  private static final byte[] ANSWER = H3.frame(H3.DATA, H3.message(new byte[0]));
  private static ManagedChannel channel;
  private static ProbeGrpc.ProbeStub stub;

  @BeforeAll
  static void open() throws Exception {
    mesh = new Meshless();
    server = new KwikServer(mesh.ca, H3.settings());
    channel = mesh.open(mesh.channel(server.port()));
    stub = ProbeGrpc.newStub(channel);
  }

  @AfterAll
  static void close() throws Exception {
    mesh.close();
    server.close();
  }

  static Stream<Arguments> codes() {
    var internal =
        Stream.of(
            0x100, 0x101, 0x102, 0x103, 0x104, 0x105, 0x106, 0x108, 0x109, 0x10a, 0x10d, 0x10e,
            0x10f, 0x110, 0x200, 0x201, 0x202, 0x33, 0x0, 0x1234);
    return Stream.concat(
        internal.map(code -> Arguments.of(code, Status.Code.INTERNAL)),
        Stream.of(
            Arguments.of(0x107, Status.Code.RESOURCE_EXHAUSTED),
            Arguments.of(0x10c, Status.Code.CANCELLED)));
  }

  @ParameterizedTest
  @MethodSource("codes")
  void aStreamResetWithACodeEndsItsCall(int code, Status.Code expected) throws Exception {
    var answers = new Recorder<Answer>();
    stub.unary(Ask.getDefaultInstance(), answers);
    var request = server.request();
    request.all();
    request.reset(code);
    assertEquals(expected, answers.status().getCode(), answers.status()::toString);
    if (code == 0x107) assertEquals("bandwidth", answers.status().getDescription());
  }

  /** Rejected, made again, rejected again: then the caller hears of it. */
  @Test
  void aRequestRejectedTwiceIsUnavailable() throws Exception {
    var answers = new Recorder<Answer>();
    stub.unary(Ask.getDefaultInstance(), answers);
    for (var tries = 0; tries < 2; tries++) {
      var request = server.request();
      request.all();
      request.reset(0x10b);
    }
    assertEquals(Status.Code.UNAVAILABLE, answers.status().getCode());
  }

  /** A call whose answer and trailers have been read, though its caller has asked for neither. */
  private static final class Unread {
    final CallEvents events = new CallEvents();
    final ClientCall<Ask, Answer> call;
    final H3Stream request;

    /** The second call is the proof that the first one's trailers were read before its end came. */
    Unread(Channel channel, KwikServer at) throws Exception {
      call = channel.newCall(ProbeGrpc.getDownloadMethod(), CallOptions.DEFAULT);
      call.start(events, new Metadata());
      call.sendMessage(Ask.getDefaultInstance());
      call.halfClose();
      request = at.request();
      request.all();
      request.send(KwikServer.HEAD, ANSWER, H3.headers("grpc-status", "5", "grpc-message", "gone"));
      prove(channel, at);
    }

    static void prove(Channel channel, KwikServer at) throws Exception {
      var second = new Recorder<Answer>();
      ProbeGrpc.newStub(channel).unary(Ask.getDefaultInstance(), second);
      var other = at.request();
      other.all();
      other.send(KwikServer.HEAD, ANSWER, KwikServer.OK).finish();
      assertEquals(Status.OK, second.status());
    }

    void assertWins() throws Exception {
      assertEquals(0, events.events.count("close"), "before its answer was taken");
      call.request(1);
      assertEquals(Status.Code.NOT_FOUND, events.awaitClose().getCode());
      assertEquals("gone", events.awaitClose().getDescription());
      assertEquals(1, events.events.count("message"));
    }
  }

  /** The third call is the proof that the reset was read, too, before the caller looked. */
  @ParameterizedTest
  @MethodSource("codes")
  void trailersAlreadyReadWinOverAnyCode(int code) throws Exception {
    var unread = new Unread(channel, server);
    unread.request.reset(code);
    Unread.prove(channel, server);
    unread.assertWins();
  }

  @ParameterizedTest
  @CsvSource({
    "0x100, UNAVAILABLE",
    "0x102, INTERNAL",
    "0x107, RESOURCE_EXHAUSTED",
    "0x10e, INTERNAL"
  })
  void trailersAlreadyReadWinOverTheEndOfTheirConnection(String code, Status.Code others)
      throws Exception {
    try (var own = new KwikServer(mesh.ca, H3.settings())) {
      var ending = mesh.open(mesh.channel(own.port()));
      var unread = new Unread(ending, own);
      var lost = new Recorder<Answer>();
      ProbeGrpc.newStub(ending).unary(Ask.getDefaultInstance(), lost);
      own.request().all();
      own.connection().close(Long.decode(code), "because");
      assertEquals(others, lost.status().getCode());
      unread.assertWins();
    }
  }

  /** Beyond G2: a connection closed while calls are open; with an error: {@link CloseCodesTest}. */
  @Test
  void aClosedConnectionIsUnavailable() throws Exception {
    for (var code : new long[] {0x100, 0x1234}) {
      try (var own = new KwikServer(mesh.ca, H3.settings())) {
        var channel = mesh.open(mesh.channel(own.port()));
        var answers = new Recorder<Answer>();
        ProbeGrpc.newStub(channel).unary(Ask.getDefaultInstance(), answers);
        own.request().all();
        own.connection().close(code, "because");
        var status = answers.status();
        assertEquals(Status.Code.UNAVAILABLE, status.getCode(), status::toString);
        var cause = assertInstanceOf(Http3ConnectException.class, status.getCause());
        assertEquals(code, cause.closeCode());
        assertEquals("because", cause.reason());
      }
    }
  }
}
