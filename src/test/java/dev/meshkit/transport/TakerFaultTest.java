package dev.meshkit.transport;

import static dev.meshkit.transport.LegacyBed.A;
import static dev.meshkit.transport.LegacyBed.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.security.OwnCredentials;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * T30: what a taker throws, be it an Error, is its receiver's, over all roads; and what else throws
 * on a thread of a legacy connection leaves nothing half alive.
 */
@Timeout(60)
class TakerFaultTest {
  private static final Endpoint ANY = new Endpoint("127.0.0.1", 0);

  private final LegacyBed bed = new LegacyBed();
  private final Transport server = transport(A);
  private final Transport client = transport(B);

  private Transport transport(NodeId node) {
    var own = OwnCredentials.of(bed.ca.node(node));
    return new Transport(own, RoadMode.AUTO, bed.tools, RoadTimes.DEFAULTS);
  }

  @AfterEach
  void close() {
    bed.close();
    client.close();
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void anErrorOfATakerIsItsReceiversAndTheStreamGoesOn(RoadKind kind) throws Exception {
    try (var modern = server.listen(ANY, bed.service).orThrow();
        var legacy = server.listenLegacy(ANY, bed.service).orThrow()) {
      // given a receiver whose taker throws what is no exception
      var at = kind == RoadKind.LEGACY ? legacy.local() : modern.local();
      var road = client.dial(kind, Approach.to(at, A)).orThrow().road();
      var ours = road.open(Family.ELECT, Bytes.utf8("b")).orThrow().stream();
      var theirs = bed.service.stream(Family.ELECT).orElseThrow();
      var bug = new AssertionError("planted");
      var receiver = receiver(theirs, bug);
      // when a frame comes, then it is thrown there
      assertTrue(ours.send(Bytes.utf8("first")));
      var thrown = assertThrows(ExecutionException.class, () -> receiver.get(90, TimeUnit.SECONDS));
      assertSame(bug, thrown.getCause());
      // and what comes next can be received, to the end
      assertTrue(ours.send(Bytes.utf8("second")));
      assertEquals(new ByteStream.Heard.Frame(Bytes.utf8("second")), theirs.receive());
      road.abandon();
      assertEquals(new ByteStream.Heard.End(), theirs.receive());
    }
  }

  private static FutureTask<Boolean> receiver(ByteStream stream, Error bug) {
    var receiver =
        new FutureTask<>(
            () ->
                stream.receiveAll(
                    ByteStream.FOREVER,
                    _ -> {
                      throw bug;
                    }));
    var thread = Thread.ofVirtual().start(receiver);
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    return receiver;
  }

  /** It may be a bug of the stream itself, which nobody receives. */
  @Test
  void anErrorOnALaneEndsItsStream() throws Exception {
    // given a stream that throws once it has taken a frame
    var log = new RpcLog.Call(Family.STREAM.method(), "b", RoadKind.LEGACY, true);
    var call = new FaultyCall();
    var wire = new Wire.Client(call);
    var stream = new ByteStream(B, Family.STREAM, wire, new RpcLog(bed.tools, log), () -> {});
    stream.begin();
    call.faulty = true;
    // when so many come on a lane that it asks for more
    var side = new LegacyWire.Side(1, Family.STREAM, true, Bytes.EMPTY);
    var link = link(Optional::empty);
    var lane = new LegacyLane(stream, new LegacyWire(link, side), () -> {}).start();
    for (var i = 0; i < ByteStream.AHEAD; i++) lane.arrived(Bytes.utf8("x"));
    // then the stream is over, here and for the peer
    await().until(() -> stream.ended().isPresent());
    assertEquals(Status.Code.INTERNAL, stream.ended().orElseThrow().getCode());
    assertTrue(call.cancelled);
  }

  /** Else nobody would notice that the peer is silent. */
  @Test
  void anErrorOfWhoLooksAfterAConnectionEndsIt() throws Exception {
    var link =
        link(
            () -> {
              throw new AssertionError("planted");
            });
    assertTrue(link.start().awaitGone(Duration.ofSeconds(20)), "nobody looks after it");
  }

  private LegacyLink link(Supplier<Optional<Status>> check) throws Exception {
    var parts = new LegacyLink.Parts(B, bed.connect().ours(), bed.tools, check, bed.service);
    return new LegacyLink(parts, Duration.ofMillis(1));
  }

  private static final class FaultyCall extends ClientCall<Bytes, Bytes> {
    private volatile boolean faulty;
    private volatile boolean cancelled;

    @Override
    public void request(int messages) {
      if (faulty) throw new AssertionError("planted");
    }

    @Override
    public void cancel(@Nullable String why, @Nullable Throwable cause) {
      cancelled = true;
    }

    @Override
    public void start(Listener<Bytes> listener, Metadata headers) {}

    @Override
    public void halfClose() {}

    @Override
    public void sendMessage(Bytes frame) {}
  }
}
