package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import dev.meshkit.runtime.Clocks;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3UnknownFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** security.md §9: at most 8 connections of one identity, whatever certificates it has. */
@Timeout(60)
class IdentityLimitTest {
  private static final int MOST = 8;

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

  /** Each has a certificate of its own: it is the URI that counts. */
  private ManagedChannel channel(String uri) throws Exception {
    var identity = mesh.ca.identity(uri);
    return mesh.open(mesh.channel(server).tls(identity.key(), identity.trust()));
  }

  /** Waits for a connection: nobody makes room for it before it was without a call for a second. */
  private static Recorder<Answer> busy(ManagedChannel channel) throws Exception {
    var answers = new Recorder<Answer>();
    ProbeGrpc.newStub(channel).withWaitForReady().talk(answers).onNext(Ask.getDefaultInstance());
    answers.next();
    return answers;
  }

  private static void call(ManagedChannel channel) {
    ProbeGrpc.newBlockingStub(channel).unary(Ask.getDefaultInstance());
  }

  @Test
  void whereAllAreInUseOneMoreIsRefused() throws Exception {
    for (var i = 0; i < MOST; i++) busy(channel(Meshless.CLIENT));
    var refusal = Meshless.refusalOf(channel(Meshless.CLIENT));
    assertEquals(Kind.OVERLOAD, refusal.kind());
    call(channel("spiffe://test/region/eu/node/other")); // somebody else is not concerned
  }

  @Test
  void theOldestIdleOneMakesRoom() throws Exception {
    var idle = new ArrayList<ManagedChannel>();
    for (var i = 0; i < MOST; i++) {
      var channel = channel(Meshless.CLIENT);
      if (i == 2 || i == 5) {
        call(channel);
        idle.add(channel);
      } else {
        busy(channel);
      }
    }
    busy(channel(Meshless.CLIENT));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> idle.getFirst().getState(false) == ConnectivityState.IDLE);
    assertEquals(ConnectivityState.READY, idle.getLast().getState(false));
    busy(channel(Meshless.CLIENT)); // and the next takes the other's place
    assertEquals(Kind.OVERLOAD, Meshless.refusalOf(channel(Meshless.CLIENT)).kind());
  }

  /** Who was served just now would be back at once: a newcomer does not take its place. */
  @Test
  void aConnectionThatIsUsedNowAndThenIsNotSentAway() throws Exception {
    var used = channel(Meshless.CLIENT);
    for (var i = 1; i < MOST; i++) busy(channel(Meshless.CLIENT));
    var pace = Clocks.system().monotonic();
    for (var until = pace.instant().plusSeconds(2); pace.instant().isBefore(until); ) {
      call(used);
      assertEquals(ConnectivityState.READY, used.getState(false));
      assertEquals(Kind.OVERLOAD, Meshless.refusalOf(channel(Meshless.CLIENT)).kind());
    }
  }

  /**
   * What leaves does not count, but neither may it be without number: of an identity there are at
   * most four times as many connections as may stay.
   */
  @Test
  void thoseThatLeaveAreBoundedToo() throws Exception {
    var channels = new ArrayList<ManagedChannel>();
    for (var i = 0; i < MOST; i++) channels.add(channel(Meshless.CLIENT));
    for (var round = 0; round < 4; round++) {
      for (var channel : channels) {
        busy(channel);
        channel.enterIdle(); // the call goes on, where it is
      }
    }
    assertEquals(Kind.OVERLOAD, Meshless.refusalOf(channel(Meshless.CLIENT)).kind());
  }

  /** A client that is not ours has GOAWAY to say that it is about to leave. */
  @Test
  void aStrangersGoAwayMakesRoomToo() throws Exception {
    try (var stranger = stranger()) {
      stranger.call("Talk"); // and stays open
      for (var i = 1; i < MOST; i++) busy(channel(Meshless.CLIENT));
      assertEquals(Kind.OVERLOAD, Meshless.refusalOf(channel(Meshless.CLIENT)).kind());
      RawServer.goAway(stranger.connection(), 0);
      busy(channel(Meshless.CLIENT));
      assertFalse(stranger.isClosed(), "what it has open goes on");
    }
  }

  /** What announces an end is a frame without content like any other. */
  @Test
  void toAnnounceTheEndAgainAndAgainIsAFlood() throws Exception {
    try (var stranger = stranger()) {
      stranger.run(
          () -> {
            var control = Http3.getLocalControlStream(stranger.connection());
            for (var i = 0; i < 2 * Bounds.defaults().floods().emptyFramesASecond(); i++) {
              control.write(
                  new DefaultHttp3UnknownFrame(QuicSettings.LEAVING_FRAME, Unpooled.EMPTY_BUFFER));
            }
            control.flush();
          });
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(stranger::isClosed);
      assertEquals(Http3ErrorCode.H3_EXCESSIVE_LOAD.code(), stranger.closeCode());
    }
  }

  private RawClient stranger() throws Exception {
    return new RawClient(Meshless.addressOf(server), mesh.ca.identity(Meshless.CLIENT));
  }

  /** Who leaves makes room for himself. */
  @Test
  void whatHasEndedCountsNoMore() throws Exception {
    for (var round = 0; round < 3 * MOST; round++) {
      var channel = channel(Meshless.CLIENT);
      busy(channel);
      channel.shutdownNow();
      assertTrue(channel.awaitTermination(20, TimeUnit.SECONDS));
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> call(channel(Meshless.CLIENT)));
  }
}
