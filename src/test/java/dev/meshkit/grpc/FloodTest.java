package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Server;
import io.grpc.Status;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3UnknownFrame;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** S27, S28: what a client may not do, and that others do not suffer from it. */
@Timeout(120)
class FloodTest {
  private static final long EXCESSIVE_LOAD = 0x107;

  /** Empty frames that are too many in whatever time a slow machine takes over them. */
  private static final int FLOOD = 1_200;

  private final ProbeService service = new ProbeService();
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private Server start(Bounds bounds) throws Exception {
    return mesh.start(mesh.server().addService(service).bounds(bounds));
  }

  private RawClient stranger(Server server) throws Exception {
    return new RawClient(Meshless.addressOf(server), mesh.ca.identity("spiffe://test/stranger"));
  }

  private static void awaitOverload(RawClient client) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(client::isClosed);
    assertEquals(EXCESSIVE_LOAD, client.closeCode());
  }

  private static byte[] ask() {
    return new byte[] {0, 0, 0, 0, 0};
  }

  /** S27: frames without content, of either kind, on a request stream. */
  @Test
  void emptyFramesEndTheirConnection() throws Exception {
    var server = start(Bounds.defaults());
    try (var client = stranger(server)) {
      var call = client.call("Upload");
      client.run(
          () -> {
            for (var i = 0; i < FLOOD / 2; i++) {
              call.channel().write(new DefaultHttp3UnknownFrame(0x40, Unpooled.EMPTY_BUFFER));
              call.channel().write(new DefaultHttp3DataFrame(Unpooled.EMPTY_BUFFER));
            }
          });
      awaitOverload(client);
    }
  }

  @Test
  void contentPaysForEmptyFrames() throws Exception {
    var server = start(Bounds.defaults());
    try (var client = stranger(server)) {
      var call = client.call("Upload");
      for (var i = 0; i < 300; i++) {
        client.run(
            () -> {
              call.channel().write(new DefaultHttp3UnknownFrame(0x40, Unpooled.EMPTY_BUFFER));
              call.channel().write(new DefaultHttp3DataFrame(Unpooled.copiedBuffer(ask())));
            });
      }
      call.fin();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> call.read.contains("status 0"));
    }
  }

  @Test
  void pingsOnTheControlStreamAreFramesWithoutContent() throws Exception {
    var server = start(Bounds.defaults());
    try (var client = stranger(server)) {
      client.ping(FLOOD);
      awaitOverload(client);
    }
  }

  /** permitKeepAliveTime: who asks more often than permitted, and goes on, is cut. */
  @Test
  void untimelyKeepalivesEndTheirConnection() throws Exception {
    var server =
        mesh.start(
            mesh.server()
                .addService(service)
                .permitKeepAliveTime(1, TimeUnit.MINUTES)
                .permitKeepAliveWithoutCalls(true));
    try (var client = stranger(server)) {
      client.ping(4);
      awaitOverload(client);
    }
  }

  /** As in grpc-java: what is answered in between forgives it, so that a busy client stays. */
  @Test
  void untimelyKeepalivesAmongAnswersAreNoFlood() throws Exception {
    var server =
        mesh.start(mesh.server().addService(service).permitKeepAliveTime(1, TimeUnit.MINUTES));
    try (var client = stranger(server)) {
      for (var round = 0; round < 8; round++) {
        client.ping(1);
        var call = client.call("Unary").data(ask()).fin();
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> client.isClosed() || call.read.contains("status 0"));
        assertFalse(client.isClosed(), "in round " + round);
      }
      client.ping(4);
      awaitOverload(client);
    }
  }

  /** security.md §9: whoever flooded us waits before it may dial again. */
  @Test
  void aFlooderWaitsBeforeItDialsAgain() throws Exception {
    var wait = Duration.ofSeconds(5); // not over before a slow machine has dialled
    var penalty = new Bounds.Floods(200, 1_000, Duration.ofSeconds(2), 100, wait);
    var server = start(Bounds.defaults().with(penalty));
    try (var client = stranger(server)) {
      client.ping(FLOOD);
      awaitOverload(client);
    }
    var channel = mesh.open(mesh.channel(server));
    var before = ((Http3Server) server).initialsDropped();
    var answer =
        ProbeGrpc.newBlockingStub(channel)
            .withWaitForReady()
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .unary(Ask.getDefaultInstance());
    assertEquals(Answer.getDefaultInstance(), answer);
    assertTrue(((Http3Server) server).initialsDropped() > before, "its Initials were dropped");
  }

  /** S28: a stream that opens and says nothing. */
  @Test
  void headersThatDoNotComeEndTheStream() throws Exception {
    var quick = Duration.ofMillis(500);
    var server = start(Bounds.defaults().with(new Bounds.Patience(quick, quick, quick, quick)));
    try (var client = stranger(server)) {
      var call = client.open();
      client.run(
          () -> call.channel().write(new DefaultHttp3UnknownFrame(0x40, Unpooled.EMPTY_BUFFER)));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> call.read.contains("reset 0x107"));
      assertFalse(client.isClosed(), "the connection is unharmed");
    }
  }

  /** S28: half a message, and then silence. A call without a begun message may be silent. */
  @Test
  void aMessageThatDoesNotMoveEndsItsCallAlone() throws Exception {
    var quick = Duration.ofMillis(500);
    var server = start(Bounds.defaults().with(new Bounds.Patience(quick, quick, quick, quick)));
    try (var client = stranger(server)) {
      var idle = client.call("Talk").data(ask());
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !idle.read.isEmpty());
      var slow = client.call("Upload").data((byte) 0, (byte) 0, (byte) 0);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> slow.read.contains("reset 0x107"));
      assertTrue(service.cancelled.await(90, TimeUnit.SECONDS), "its handler hears of it");
      idle.data(ask()).fin();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> idle.read.contains("status 0"));
    }
  }

  /** To a client of ours, a call that was too slow is RESOURCE_EXHAUSTED. */
  @Test
  void tooSlowIsResourceExhausted() {
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, StatusMapping.ofReset(EXCESSIVE_LOAD).getCode());
  }

  /** Beyond the connections there is room for, a client hears OVERLOAD. */
  @Test
  void oneConnectionTooManyHearsOverload() throws Exception {
    var server = start(Bounds.defaults().with(new Bounds.Load(1, 4_096, 512, 8)));
    call(server);
    var refusal = Meshless.refusalOf(mesh.open(mesh.channel(server)));
    assertEquals(Kind.OVERLOAD, refusal.kind());
    assertEquals(EXCESSIVE_LOAD, refusal.closeCode());
    assertEquals("too many connections", refusal.reason());
  }

  private void call(Server server) throws Exception {
    assertEquals(Answer.getDefaultInstance(), answerOf(server));
  }

  private Answer answerOf(Server server) throws Exception {
    return ProbeGrpc.newBlockingStub(mesh.open(mesh.channel(server)))
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .unary(Ask.getDefaultInstance());
  }
}
