package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Status;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T18: what becomes of the calls that one GOAWAY sends back. */
@Timeout(60)
class ReturnedCallsTest {
  private static final int CALLS = 8;

  private final AtomicInteger requests = new AtomicInteger();
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** A server that takes so many requests on a connection and then says that it served none. */
  private RawServer server(BiConsumer<QuicStreamChannel, Integer> onRequest) throws Exception {
    return new RawServer(
        mesh.ca.identity(Meshless.SERVER), new RawServer.Manners("h3", _ -> {}, onRequest));
  }

  private static void sendAllBack(QuicStreamChannel last) {
    RawServer.goAway(last.parent(), 0);
  }

  /** Ends a call with a status that says as the how manieth it came. */
  private static void answer(QuicStreamChannel stream, int place) {
    var trailers = new DefaultHttp3Headers(false);
    trailers
        .status("200")
        .add("content-type", "application/grpc")
        .add("grpc-status", "5")
        .add("grpc-message", String.valueOf(place));
    var _ =
        stream
            .writeAndFlush(new DefaultHttp3HeadersFrame(trailers))
            .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
  }

  private List<Recorder<Answer>> calls(RawServer server) throws Exception {
    var stub = ProbeGrpc.newStub(mesh.open(mesh.channel(server.port())));
    var calls = new ArrayList<Recorder<Answer>>();
    for (var i = 0; i < CALLS; i++) {
      var answers = new Recorder<Answer>();
      calls.add(answers);
      stub.unary(Ask.getDefaultInstance(), answers);
    }
    return calls;
  }

  @Test
  void theyAreMadeAgainInTheirOrder() throws Exception {
    BiConsumer<QuicStreamChannel, Integer> secondTime =
        (stream, connection) -> {
          var place = requests.incrementAndGet() - CALLS;
          if (connection == 1 && place == 0) sendAllBack(stream);
          if (connection > 1) answer(stream, place);
        };
    try (var server = server(secondTime)) {
      var places = new ArrayList<String>();
      for (var answers : calls(server)) places.add(answers.status().getDescription());
      assertEquals(List.of("1", "2", "3", "4", "5", "6", "7", "8"), places);
    }
  }

  /** Sent back once more they fail, and the cause says that it was the connection's. */
  @Test
  void theCauseOfTheirFailureIsTyped() throws Exception {
    BiConsumer<QuicStreamChannel, Integer> never =
        (stream, _) -> {
          if (requests.incrementAndGet() % CALLS == 0) sendAllBack(stream);
        };
    try (var server = server(never)) {
      for (var answers : calls(server)) {
        var status = answers.status();
        assertEquals(Status.Code.UNAVAILABLE, status.getCode());
        var cause = assertInstanceOf(Http3ConnectException.class, status.getCause());
        assertEquals(Kind.CLOSED, cause.kind());
      }
    }
  }
}
