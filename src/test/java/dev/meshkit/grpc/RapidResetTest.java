package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Server;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * S27: what comes of clients that give up more calls than they may (CVE-2023-44487), and that those
 * who do so with good reason are let be.
 */
@Timeout(120)
class RapidResetTest {
  private static final long EXCESSIVE_LOAD = 0x107;
  private static final int CANCELLED = 0x10c;
  private static final Duration LONG = Duration.ofHours(1);

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

  /** Half a second of pressing is too much. */
  private static Bounds.Floods floods(int resets, int burst) {
    return floods(resets, burst, Duration.ofMillis(500));
  }

  private static Bounds.Floods floods(int resets, int burst, Duration pressing) {
    return new Bounds.Floods(resets, burst, pressing, 100, Duration.ofMillis(200));
  }

  /**
   * S27, CVE-2023-44487: beyond the burst its streams wait, and if it goes on the connection ends;
   * the others never notice. The rate is low: a busy machine resets fewer streams a second than are
   * usually permitted.
   */
  @Test
  void rapidResetEndsItsConnectionAlone() throws Exception {
    var server = start(Bounds.defaults().with(floods(1, 300)));
    try (var load = new Load(mesh.open(mesh.channel(server)), 8);
        var client = stranger(server)) {
      load.awaitMore(50);
      for (var i = 0; i < 2_000 && !client.isClosed(); i++) resetOne(client);
      awaitOverload(client);
      load.awaitMore(50);
    }
  }

  private static void resetOne(RawClient client) throws Exception {
    try {
      client.call("Upload").reset(CANCELLED);
    } catch (ExecutionException closed) {
      Awaitility.await().atMost(Duration.ofSeconds(5)).until(client::isClosed);
    }
  }

  /**
   * S27: whatever is thrown at it, a server takes in no more than the burst, the rate and the 256
   * streams that may be open; as many wait, and QUIC grants no others meanwhile.
   */
  @Test
  void whoGivesUpTooManyIsHeldToTheRate() throws Exception {
    var server = start(Bounds.defaults().with(floods(1, 100, LONG)));
    var most = 100 + 2 * 256; // those that were open, and those that wait
    var opened = new AtomicInteger();
    var inVain = new AtomicInteger();
    try (var client = stranger(server);
        var ticks = new LoopTicks(loopOf(server), () -> true)) {
      Awaitility.await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                var begun = client.giveUpMany(100, CANCELLED);
                inVain.set(begun == 0 ? inVain.get() + 1 : 0);
                return opened.addAndGet(begun) > most + ticks.count() || inVain.get() >= 200;
              });
      assertTrue(opened.get() <= most + ticks.count(), () -> opened + " of " + most);
      assertTrue(opened.get() >= 256, () -> "it was no flood: " + opened);
      assertFalse(client.isClosed());
      assertEquals(Answer.getDefaultInstance(), answerOf(server), "others are served at once");
    }
  }

  private static EventLoop loopOf(Server server) {
    return ((Http3Server) server).socket().orElseThrow().eventLoop();
  }

  /**
   * A client that gives up every call far faster than the rate, for as long as it likes, is slowed
   * down and not cut, as long as it keeps to the streams that it is granted: the next call that it
   * wants to be answered is.
   */
  @Test
  void whoOnlyGivesUpIsSlowedDownAndNotCut() throws Exception {
    var server = start(Bounds.defaults().with(floods(400, 100, LONG)));
    var opened = new AtomicInteger();
    try (var client = stranger(server)) {
      Awaitility.await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                opened.addAndGet(client.giveUpMany(100, CANCELLED));
                return client.isClosed() || opened.get() >= 600;
              });
      assertFalse(client.isClosed(), () -> "cut after " + opened);
      var call = client.call("Unary").data(ask()).fin();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> client.isClosed() || call.read.contains("status 0"));
      assertFalse(client.isClosed());
    }
  }

  /** T18: a request that waits when its connection is sent away was not too late. */
  @Test
  void whatWaitsWhenItsConnectionIsSentAwayIsServed() throws Exception {
    var server = start(Bounds.defaults().with(floods(40, 20, LONG)));
    try (var client = stranger(server)) {
      assertEquals(100, client.giveUpMany(100, CANCELLED)); // it owes for 80
      var call = client.call("Unary").data(ask()).fin();
      client.run(() -> {}); // it has left
      server.shutdown();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> client.goAways().size() == 2);
      assertTrue(client.goAways().getLast() > call.id(), () -> client.goAways().toString());
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> call.read.contains("status 0"));
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(client::isClosed);
    }
  }

  /** A client that behaves may cancel as much as the rate allows. */
  @Test
  void cancelsWithinTheRateAreFine() throws Exception {
    var server = start(Bounds.defaults().with(floods(1, 20, Duration.ofSeconds(2))));
    try (var client = stranger(server)) {
      for (var i = 0; i < 20; i++) resetOne(client);
      client.call("Unary").data(ask()).fin();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.unary.get() == 1);
      assertFalse(client.isClosed());
      for (var i = 0; i < 100 && !client.isClosed(); i++) resetOne(client);
      awaitOverload(client);
    }
  }

  /** S27: what is told on the cancel stream is a reset like another, though no call is begun. */
  @Test
  void cancelsThatComeFirstCountAsWell() throws Exception {
    var server = start(Bounds.defaults().with(floods(1, 20)));
    try (var client = stranger(server)) {
      var cancels = client.cancelStream();
      for (var i = 0; i < 40 && !client.isClosed(); i++) cancelFirst(client, cancels);
      awaitOverload(client);
    }
  }

  private static void cancelFirst(RawClient client, QuicStreamChannel cancels) throws Exception {
    try {
      var call = client.open();
      client.tell(cancels, call.id());
      call.headers(RawClient.head("Upload"));
    } catch (ExecutionException closed) {
      Awaitility.await().atMost(Duration.ofSeconds(5)).until(client::isClosed);
    }
  }

  /**
   * S27: so is a stream that a client opens although it was told that it will not be served. It
   * hears why, though its connection is the last of a server that ends with it.
   */
  @RepeatedTest(5)
  void streamsBeyondTheGoAwayCountAsWell() throws Exception {
    var server = start(Bounds.defaults().with(floods(1, 20)));
    try (var client = stranger(server)) {
      var open = client.call("Talk").data(ask()); // without it the connection would end
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> open.read.contains("data 5"));
      server.shutdown();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> client.goAways().size() == 2);
      client.openAnyway(40);
      awaitOverload(client);
    }
  }

  /**
   * S27: who gives each call up after a while does not get past the bound: four of them count as
   * one.
   */
  @Test
  void fourLateResetsCountAsOne() throws Exception {
    var server = start(Bounds.defaults().with(floods(1, 5)));
    try (var client = stranger(server)) {
      giveUpLate(client, 16);
      client.call("Unary").data(ask()).fin();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.unary.get() == 1);
      giveUpLate(client, 60);
      client.call("Unary").data(ask()).fin();
      awaitOverload(client);
    }
  }

  /** Begins them, lets more than 50 ms pass, and gives them up. */
  private static void giveUpLate(RawClient client, int calls) throws Exception {
    var begun = new ArrayList<RawClient.Stream>();
    for (var i = 0; i < calls; i++) begun.add(client.call("Talk").data(ask()));
    Awaitility.await()
        .pollDelay(Duration.ofMillis(200))
        .atMost(Duration.ofSeconds(20))
        .until(() -> begun.stream().allMatch(call -> call.read.contains("data 5")));
    for (var call : begun) call.reset(CANCELLED);
  }

  /** Not so who gives up what was answered: a whole call was paid for that. */
  @Test
  void resetsOfWhatWasAnsweredAreFine() throws Exception {
    var server = start(Bounds.defaults().with(floods(1, 20)));
    try (var client = stranger(server)) {
      for (var i = 0; i < 60; i++) {
        var call = client.call("Nothing");
        Awaitility.await()
            .pollInterval(Duration.ofMillis(2))
            .atMost(Duration.ofSeconds(20))
            .until(() -> call.read.size() > 0);
        call.reset(CANCELLED);
      }
      client.call("Unary").data(ask()).fin();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.unary.get() == 1);
      assertFalse(client.isClosed());
    }
  }

  /** So who asks twice, and gives up the slower answer, does so as often as it likes. */
  @Test
  void whatIsAnsweredPaysForWhatIsGivenUp() throws Exception {
    var server = start(Bounds.defaults().with(floods(1, 20)));
    try (var client = stranger(server)) {
      for (var i = 0; i < 60; i++) {
        var call = client.call("Unary").data(ask()).fin();
        Awaitility.await()
            .pollInterval(Duration.ofMillis(2))
            .atMost(Duration.ofSeconds(20))
            .until(() -> client.isClosed() || call.read.contains("status 0"));
        resetOne(client);
        assertFalse(client.isClosed(), "after " + i);
      }
      for (var i = 0; i < 40 && !client.isClosed(); i++) resetOne(client);
      awaitOverload(client);
    }
  }

  private static byte[] ask() {
    return new byte[] {0, 0, 0, 0, 0};
  }

  private Answer answerOf(Server server) throws Exception {
    return ProbeGrpc.newBlockingStub(mesh.open(mesh.channel(server)))
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .unary(Ask.getDefaultInstance());
  }
}
