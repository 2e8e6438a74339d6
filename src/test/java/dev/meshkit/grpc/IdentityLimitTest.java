package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import dev.meshkit.runtime.Clocks;
import io.grpc.Attributes;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3UnknownFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private static final Duration LIMIT = Duration.ofSeconds(20);

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

  /**
   * Who has announced that it leaves is served as before until another has its place, which may be
   * never: from then on it finishes what it has.
   */
  @Test
  void whoHasAnnouncedTakesNoNewCallsOnceItsPlaceIsTaken() throws Exception {
    try (var stranger = stranger()) {
      var open = stranger.call("Talk").data(new byte[5]);
      Awaitility.await().atMost(LIMIT).until(() -> !open.read.isEmpty());
      for (var i = 1; i < MOST; i++) busy(channel(Meshless.CLIENT));
      RawServer.goAway(stranger.connection(), 0);
      assertFalse(replyTo(stranger).startsWith("reset"), "there is room for it still");
      assertEquals(List.of(), stranger.goAways());
      busy(channel(Meshless.CLIENT));
      Awaitility.await().atMost(LIMIT).until(() -> stranger.goAways().size() == 2);
      assertEquals("reset 0x10b", replyTo(stranger));
      open.data(new byte[5]).fin();
      Awaitility.await().atMost(LIMIT).until(() -> open.read.contains("status 0"));
    }
  }

  /** The first thing that comes for a call, whether the server has said GOAWAY or not. */
  private static String replyTo(RawClient client) throws Exception {
    var call = client.bare();
    call.all(KwikClient.head(KwikClient.UNARY), KwikClient.message(Ask.getDefaultInstance()));
    Awaitility.await().atMost(LIMIT).until(() -> !call.read.isEmpty());
    return call.read.getFirst();
  }

  /** However many connections it has, half of what may run is for others; ended, it counts not. */
  @Test
  void anIdentityRunsAtMostHalfOfWhatMayRun() throws Exception {
    server = mesh.start(mesh.server().addService(new ProbeService()).bounds(running(8, 3)));
    var mine = new ArrayList<ManagedChannel>();
    for (var i = 0; i < 4; i++) {
      mine.add(channel(Meshless.CLIENT));
      busy(mine.getLast());
    }
    var refused = assertThrows(StatusRuntimeException.class, () -> call(channel(Meshless.CLIENT)));
    assertEquals(Status.Code.UNAVAILABLE, refused.getStatus().getCode());
    for (var i = 0; i < 3; i++) busy(channel("spiffe://test/region/eu/node/other"));
    mine.getFirst().shutdownNow();
    Awaitility.await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(() -> call(channel(Meshless.CLIENT)));
  }

  private static Bounds running(int inAll, int aConnection) {
    return Bounds.defaults().with(new Bounds.Load(512, inAll, aConnection, MOST));
  }

  /** Whose a connection is, TLS says, and not what the application's filters leave of it. */
  @Test
  void aFilterThatDropsTheSessionFreesNobody() throws Exception {
    var forgetful =
        new ServerTransportFilter() {
          @Override
          public Attributes transportReady(Attributes attributes) {
            return Attributes.EMPTY;
          }
        };
    server = mesh.start(mesh.server().addService(new ProbeService()).addTransportFilter(forgetful));
    for (var i = 0; i < MOST; i++) busy(channel(Meshless.CLIENT));
    assertEquals(Kind.OVERLOAD, Meshless.refusalOf(channel(Meshless.CLIENT)).kind());
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
