package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.observe.Meters;
import dev.meshkit.queue.Inbox;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Upward;
import dev.meshkit.wire.proto.Deliver;
import dev.meshkit.wire.proto.DeliverUp;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Q38 over real roads: what a peer that was let in says against the rules of messages is refused
 * and counted, and costs nothing else that it and this node have open.
 */
@Timeout(120)
class HostileSenderTest {
  private static final int MOST_BODY = 1 << 20;
  private static final String SERVED =
      "meshkit_rpc_seconds_count{method=\"meshkit.v1.Mesh/Deliver\",side=\"SERVER\",status=\"%s\"}";

  @TempDir Path directory;

  private final List<String> applied = new CopyOnWriteArrayList<>();
  private final Meters meters = new Meters(Map.of());
  private final Lab lab = new Lab();
  private Store store;
  private Lab.Station a;
  private Lab.Station b;

  @BeforeEach
  void open() throws Exception {
    var options = StoreOptions.of(directory, "mesh", Clocks.system(), Chance.seeded(1));
    store = Store.open(options).orThrow();
  }

  @AfterEach
  void close() {
    lab.close();
    store.close();
  }

  /** Two nodes whose links are up over such a road, and one of which takes messages. */
  private void meet(RoadKind kind) {
    Handler note =
        message -> {
          applied.add(message.message().body().utf8());
          return Ack.plain();
        };
    var mode = RoadPair.mode(kind);
    var deliveries = new Deliveries(Map.of("t", note), new Inbox(store), meters);
    a = lab.node(A, lab.ca.node(A), options -> options.withMode(mode));
    b = lab.node(B, deliveries, lab.ca.node(B), options -> options.withMode(mode));
    a.want(b);
    await().until(this::isUp);
  }

  private boolean isUp() {
    return a.links.isLive(Family.STREAM)
        && a.links.isLive(Family.ELECT)
        && b.links.isLive(Family.STREAM)
        && b.links.isLive(Family.ELECT);
  }

  /** What cannot be read, what breaks a rule, and a good message behind each, on one stream. */
  @ParameterizedTest
  @EnumSource(
      value = RoadKind.class,
      names = {"H3", "H2"})
  void whatBreaksARuleIsRefusedAndTheStreamLivesOn(RoadKind kind) throws Exception {
    meet(kind);
    try (var call = opened(1)) {
      for (var bad :
          List.of(
              good(1).setCrc32C(1),
              good(3).setBody(ByteString.copyFrom(new byte[MOST_BODY + 1])),
              good(5).putHeaders("k", "v".repeat(16_384)),
              good(7).setKind("no spaces"),
              good(9).setToken(ByteString.copyFrom(new byte[15])))) {
        call.send(frame(bad));
        call.send(frame(good(bad.getN() + 1)));
        assertEquals(bad.getN() + " REFUSED", answer(call));
        assertEquals((bad.getN() + 1) + " APPLIED", answer(call));
      }
      // what does not even say which message it is has no answer
      call.send(Bytes.utf8("not a frame at all"));
      call.send(Bytes.EMPTY);
      call.send(frame(good(11).setLane("no-lane")));
      call.send(DeliverCodec.up(new Upward.Open(store(2), Map.of())));
      call.send(frame(good(12)));
      assertEquals("12 APPLIED", answer(call));
      assertEquals(List.of("m2", "m4", "m6", "m8", "m10", "m12"), applied);
      assertEquals(5, verdicts("REFUSED"));
      assertEquals(4, verdicts("MALFORMED"));
      assertNothingElseWasHarmed(kind);
    }
  }

  /**
   * The fifth store of one peer: what it sends is refused, each time, and nothing is kept of it.
   */
  @ParameterizedTest
  @EnumSource(
      value = RoadKind.class,
      names = {"H3", "H2"})
  void whatComesFromAStoreTooManyIsRefusedAndTheStreamLivesOn(RoadKind kind) throws Exception {
    meet(kind);
    for (var of = 1; of <= Deliveries.MAX_STORES; of++) {
      try (var call = opened(of)) {
        call.send(frame(good(1)));
        assertEquals("1 APPLIED", answer(call));
      }
    }
    try (var call = opened(Deliveries.MAX_STORES + 1)) {
      for (var n = 1; n <= 3; n++) {
        call.send(frame(good(n)));
        assertEquals(n + " REFUSED", answer(call));
      }
      assertEquals(3, verdicts("REFUSED"));
      assertNothingElseWasHarmed(kind);
    }
    try (var known = opened(1)) {
      known.send(frame(good(2)));
      assertEquals("2 APPLIED", answer(known));
    }
    assertEquals(Deliveries.MAX_STORES, PostOffice.number(store, "SELECT count(*) FROM inbox"));
  }

  /**
   * A frame that is larger than any may be is not even read to its end, so its stream cannot go on;
   * all else does, and the sender opens another at once.
   */
  @ParameterizedTest
  @EnumSource(
      value = RoadKind.class,
      names = {"H3", "H2"})
  void aFrameOverTheLimitEndsItsStreamAlone(RoadKind kind) throws Exception {
    meet(kind);
    try (var call = opened(1)) {
      call.send(frame(good(1)));
      assertEquals("1 APPLIED", answer(call));
      call.send(Bytes.of(new byte[DeliverCodec.MAX_FRAME_BYTES + 1]));
      assertTrue(call.receive().isEmpty());
      await()
          .until(
              () ->
                  b.count("meshkit_stream_drops_total{family=\"DELIVER\",reason=\"too_large\"}")
                      == 1);
      // and whoever counts what this node has served does not take it for one that went well
      await().until(() -> b.count(SERVED.formatted("RESOURCE_EXHAUSTED")) == 1);
      assertEquals(0, b.count(SERVED.formatted("OK")));
    }
    try (var next = opened(1)) {
      next.send(frame(good(2)));
      assertEquals("2 APPLIED", answer(next));
      assertNothingElseWasHarmed(kind);
    }
  }

  /** The other streams have not been opened anew, and carry what is said now, on the one road. */
  private void assertNothingElseWasHarmed(RoadKind kind) {
    for (var family : List.of(Family.STREAM, Family.ELECT)) {
      assertTrue(a.say(B, family, "after"));
      assertTrue(b.say(A, family, "after"));
      await().until(() -> b.heard.contains(family + " " + A + " after"));
      await().until(() -> a.heard.contains(family + " " + B + " after"));
    }
    assertEquals(List.of("up " + A), b.heard.stream().filter(this::isOfLinks).toList());
    assertEquals(List.of("up " + B), a.heard.stream().filter(this::isOfLinks).toList());
    assertEquals(Map.of(B, kind), a.links.roads());
    assertEquals(0, a.dialsInVain());
  }

  private boolean isOfLinks(String heard) {
    return heard.startsWith("up ") || heard.startsWith("down ");
  }

  private Duplex opened(int of) throws InterruptedException {
    var call = a.links.deliver(B).orThrow();
    call.send(DeliverCodec.up(new Upward.Open(store(of), Map.of())));
    assertTrue(call.receive().isPresent());
    return call;
  }

  private static Bytes store(int number) {
    var id = new byte[16];
    id[0] = (byte) number;
    return Bytes.of(id);
  }

  /** A message as a builder, for a test to spoil. */
  private static Deliver.Builder good(long n) throws InvalidProtocolBufferException {
    var token = Bytes.of(new byte[16]);
    var parcel = new Upward.Parcel("bulk", n, true, 1, "t", token, Map.of(), Bytes.utf8("m" + n));
    return DeliverUp.parseFrom(DeliverCodec.up(parcel).asBuffer()).getMessage().toBuilder();
  }

  private static Bytes frame(Deliver.Builder message) {
    return Bytes.of(DeliverUp.newBuilder().setMessage(message).build().toByteArray());
  }

  private static String answer(Duplex call) throws InterruptedException {
    var frame = call.receive().orElseThrow(() -> new AssertionError("the stream is over"));
    var receipt = PostOffice.receipt(frame);
    return receipt.n() + " " + receipt.verdict();
  }

  private double verdicts(String verdict) {
    return meters
        .scrape()
        .lines()
        .filter(line -> line.startsWith("meshkit_queue_inbox_total{verdict=\"" + verdict + "\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
