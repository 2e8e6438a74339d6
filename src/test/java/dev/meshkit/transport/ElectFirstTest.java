package dev.meshkit.transport;

import static dev.meshkit.transport.LegacyBed.A;
import static dev.meshkit.transport.LegacyBed.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.grpc.Http3ChannelBuilder;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.transport.LegacyFrame.Kind;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * T38: an Elect stays ahead of a Deliver that saturates its road, by counts of frames. What that is
 * in milliseconds, {@code make bench BENCH=duplex} says; that bytes of an urgent call leave first,
 * {@code dev.meshkit.grpc.UrgencyTest}.
 */
@Timeout(120)
class ElectFirstTest {
  private static final int FRAMES = 600;
  private static final int SURELY_WAIT = 100; // of 37 MB: sockets hold less than the rest
  private static final Bytes FRAME = Bytes.of(new byte[64 << 10]);
  private static final Bytes VOTE = Bytes.utf8("vote");

  private final LegacyBed bed = new LegacyBed();

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void theLegacyWriterWritesAnElectBeforeTheDeliverFramesThatWait() throws Exception {
    try (var server =
            new Transport(
                OwnCredentials.of(bed.ca.node(A)), RoadMode.AUTO, bed.tools, RoadTimes.DEFAULTS);
        var listener = server.listenLegacy(new Endpoint("127.0.0.1", 0), bed.service).orThrow()) {
      // given a peer that has opened both and reads nothing
      var at = listener.local();
      var peer = bed.greet(bed.shake(bed.ca.node(B), new Socket(at.host(), at.port())));
      LegacyBed.ask(peer, 1, Family.DELIVER);
      LegacyBed.ask(peer, 2, Family.ELECT);
      await().until(() -> bed.service.streams.size() == 2);
      var deliver = bed.service.stream(Family.DELIVER).orElseThrow();
      var elect = bed.service.stream(Family.ELECT).orElseThrow();
      // when many Deliver frames, and then one Elect, are to be sent
      for (var i = 0; i < FRAMES; i++) assertTrue(deliver.offer(FRAME));
      assertFalse(deliver.isReady());
      assertTrue(elect.isReady());
      assertTrue(elect.offer(VOTE));
      // then the Elect comes before all that waited for the socket
      var before = 0;
      for (var next = LegacyBed.next(peer);
          next.type() != Kind.ELECT;
          next = LegacyBed.next(peer)) {
        if (next.type() == Kind.DELIVER) before++;
      }
      assertTrue(before <= FRAMES - SURELY_WAIT, before + " of " + FRAMES);
      for (var i = before; i < FRAMES; i++) assertEquals(Kind.DELIVER, LegacyBed.next(peer).type());
    }
  }

  /** Over HTTP/2 too, which has one window for all calls of a connection, and no urgency. */
  @ParameterizedTest
  @EnumSource(names = {"H3", "H2"})
  void anElectArrivesWhileAllThatIsDeliveredWaits(RoadMode mode) throws Exception {
    try (var server =
            new Transport(OwnCredentials.of(bed.ca.node(A)), mode, bed.tools, RoadTimes.DEFAULTS);
        var client =
            new Transport(OwnCredentials.of(bed.ca.node(B)), mode, bed.tools, RoadTimes.DEFAULTS);
        var listener = server.listen(new Endpoint("127.0.0.1", 0), bed.service).orThrow()) {
      var road = client.dial(Approach.to(listener.local(), A)).orThrow().road();
      try {
        // given a Deliver whose reader reads nothing, and whose sender sends whatever it takes
        var deliver = road.open(Family.DELIVER, Bytes.utf8("b")).orThrow().stream();
        var sender = Thread.ofVirtual().start(() -> saturate(deliver));
        await().until(() -> !deliver.isReady());
        // when an Elect of the same connection is opened and says something
        var elect = road.open(Family.ELECT, Bytes.utf8("b")).orThrow().stream();
        assertTrue(elect.send(VOTE));
        // then it arrives, though not one frame of the Deliver has been read
        var theirs = bed.service.stream(Family.ELECT).orElseThrow();
        assertEquals(
            VOTE, assertInstanceOf(ByteStream.Heard.Frame.class, theirs.receive()).bytes());
        assertTrue(sender.isAlive());
        // and what was sent of the Deliver is there for who reads it
        var reader = bed.service.stream(Family.DELIVER).orElseThrow();
        assertEquals(
            FRAME, assertInstanceOf(ByteStream.Heard.Frame.class, reader.receive()).bytes());
      } finally {
        road.abandon();
      }
    }
  }

  private static void saturate(ByteStream stream) {
    try {
      while (stream.send(FRAME)) Thread.yield();
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt(); // nobody interrupts this thread
    }
  }

  @Test
  void overHttp3AnElectIsTheMostUrgentCallAndADeliverTheLeast() {
    var channel = new Noting();
    try {
      var carrier = new GrpcCarrier(channel, new Connects());
      for (var family : Family.values()) {
        var call = new RpcLog.Call(family.method(), A.toString(), RoadKind.H3, true);
        var log = new RpcLog(bed.tools, call);
        carrier.open(new Carrier.Opening(A, family, Bytes.EMPTY, log, () -> {}));
      }
      assertEquals(Map.of(Family.ELECT, 0, Family.STREAM, 1, Family.DELIVER, 5), channel.urgencies);
    } finally {
      channel.shutdownNow();
    }
  }

  /** A channel to nobody that notes how urgent its calls are. */
  private static final class Noting extends ManagedChannel {
    final Map<Family, Integer> urgencies = new EnumMap<>(Family.class);
    private final ManagedChannel nobody =
        InProcessChannelBuilder.forName("nobody").directExecutor().build();

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      for (var family : Family.values()) {
        if (family.method().equals(method.getFullMethodName())) {
          urgencies.put(family, options.getOption(Http3ChannelBuilder.URGENCY));
        }
      }
      return nobody.newCall(method, options);
    }

    @Override
    public String authority() {
      return nobody.authority();
    }

    @Override
    public ManagedChannel shutdown() {
      nobody.shutdown();
      return this;
    }

    @Override
    public boolean isShutdown() {
      return nobody.isShutdown();
    }

    @Override
    public boolean isTerminated() {
      return nobody.isTerminated();
    }

    @Override
    public ManagedChannel shutdownNow() {
      nobody.shutdownNow();
      return this;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
      return nobody.awaitTermination(timeout, unit);
    }
  }
}
