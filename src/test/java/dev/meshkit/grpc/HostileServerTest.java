package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.HostileFrames.Case;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.netty.handler.codec.http3.Http3ErrorCode;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server that breaks HTTP/3 loses its connection with us, with the code that the RFC names; its
 * calls fail and end, and our other channels, on the same event loop, are unharmed (T7).
 */
@Timeout(60)
class HostileServerTest {
  private static Meshless mesh;
  private static Server sound;
  private static ManagedChannel bystander;

  @BeforeAll
  static void open() throws Exception {
    mesh = new Meshless();
    sound = mesh.start(mesh.server().addService(new ProbeService()));
    bystander = mesh.open(mesh.channel(sound));
  }

  @AfterAll
  static void close() throws Exception {
    mesh.close();
  }

  /** A server's side of a connection on which a call waits to be made, or was made. */
  private record Bad(KwikServer server, KwikServer.Peer peer) implements HostileFrames.End {
    @Override
    public H3Stream uni(long type, byte[]... bytes) throws Exception {
      return peer.uni(type, bytes);
    }

    @Override
    public H3Stream message(byte[]... bytes) throws Exception {
      return server.request().send(bytes);
    }

    /** A client makes its call only when it has read our SETTINGS. */
    @Override
    public void settle() throws Exception {
      server.request();
    }
  }

  static Stream<Case> cases() {
    var ids = Http3ErrorCode.H3_ID_ERROR;
    var head = KwikServer.HEAD;
    return Stream.of(
            HostileFrames.ofControl(),
            HostileFrames.ofCriticalStreams(),
            HostileFrames.ofQpack(),
            HostileFrames.ofMessages(head),
            HostileFrames.ofSizes(head),
            Stream.of(
                HostileFrames.control(
                    "a MAX_PUSH_ID, which is a client's",
                    Http3ErrorCode.H3_FRAME_UNEXPECTED,
                    H3.settings(),
                    H3.frame(H3.MAX_PUSH_ID, H3.varint(4))),
                HostileFrames.control(
                    "a GOAWAY that grows",
                    ids,
                    H3.settings(),
                    H3.frame(H3.GOAWAY, H3.varint(4)),
                    H3.frame(H3.GOAWAY, H3.varint(8))),
                HostileFrames.control(
                    "a GOAWAY for a stream of the server's",
                    ids,
                    H3.settings(),
                    H3.frame(H3.GOAWAY, H3.varint(3))),
                new Case(
                    "a push nobody allowed",
                    ids,
                    end -> {
                      end.uni(H3.CONTROL_STREAM, H3.settings());
                      end.uni(H3.PUSH_STREAM, H3.varint(0));
                    }),
                HostileFrames.message(
                    "a PUSH_PROMISE nobody allowed",
                    ids,
                    H3.frame(H3.PUSH_PROMISE, H3.varint(0), H3.section(KwikClient.fields("/x")))),
                new Case(
                    "a request by the server",
                    Http3ErrorCode.H3_STREAM_CREATION_ERROR,
                    end -> {
                      end.uni(H3.CONTROL_STREAM, H3.settings());
                      ((Bad) end).peer().bidirectional(H3.headers("a", "b"));
                    })))
        .flatMap(some -> some);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void breakingHttp3ClosesTheConnectionAndHarmsNobody(Case one) throws Exception {
    var server = new KwikServer(mesh.ca, new byte[0]);
    var channel = mesh.open(mesh.channel(server.port())); // closed with the others, if not before
    try (server) {
      var answers = new Recorder<Answer>();
      ProbeGrpc.newStub(channel).unary(Ask.getDefaultInstance(), answers);
      one.attack().by(new Bad(server, server.connection()));
      var close = server.signals.close();
      assertTrue(close.application(), close::toString);
      assertEquals(one.code().code(), close.code(), close::toString);
      assertNotEquals(Status.Code.OK, answers.status().getCode());
    } finally {
      channel.shutdownNow();
    }
    assertTrue(channel.awaitTermination(10, TimeUnit.SECONDS));
    assertEquals(
        Answer.getDefaultInstance(),
        ProbeGrpc.newBlockingStub(bystander).unary(Ask.getDefaultInstance()));
  }
}
