package dev.meshkit.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.gossip.Attrs;
import dev.meshkit.gossip.Claim;
import dev.meshkit.gossip.Entry;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Key;
import dev.meshkit.gossip.Life;
import dev.meshkit.gossip.Rank;
import dev.meshkit.gossip.Refusal;
import dev.meshkit.gossip.Sums;
import dev.meshkit.gossip.Table;
import dev.meshkit.gossip.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Gossip on the wire: what goes in comes out, and nothing else gets in. */
class GossipCodecTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("us", "n2");
  private static final Life LIFE = new Life(0xfedc_ba98_7654_3210L, 0x8000_0001);
  private static final Attrs ATTRS =
      Attrs.at(new Endpoint("::1", 7443))
          .in("rack-7", Bytes.hex("00ff10"))
          .labelled(Set.of("voter", "gate"), Map.of("disk", "ssd", "größe", "π"))
          .speaking(1, 3, -1L)
          .said(LIFE, -7);
  private static final Told ALIVE = Told.of(N1, Entry.alive(ATTRS));
  private static final Told DEAD =
      new Told(
          N2,
          new Entry(new Key(7, 2, Rank.DEAD), Attrs.NONE, new TreeSet<>(Set.of(N1, N2))),
          Duration.ofMillis(90_001));
  private static final Claim CLAIM = new Claim(Scope.region("eu"), 1, 42, N1);

  @Test
  void everyFrameComesOutAsItWentIn() {
    for (var body : bodies()) {
      var frame = new Frame(LIFE, body, List.of(ALIVE, DEAD), List.of(CLAIM, CLAIM.ended()));
      assertEquals(new Decoded.Whole<>(frame), GossipCodec.frame(GossipCodec.frame(frame)));
    }
  }

  @Test
  void aTableComesOutAsItWentIn() {
    var table = new Table(LIFE, List.of(ALIVE, DEAD), List.of(CLAIM));
    assertEquals(new Decoded.Whole<>(table), GossipCodec.request(GossipCodec.request(table)));
    assertEquals(new Decoded.Whole<>(table), GossipCodec.response(GossipCodec.response(table)));
  }

  /** M36, gossip.md §4 and §11: each limit by itself. */
  @Test
  void whatBreaksALimitIsMalformed() {
    assertMalformed("node id", entry(Told.of(N1, ALIVE.entry())).setId("eu/n1/x"));
    assertMalformed("rank", entry(ALIVE).setRank(4));
    assertMalformed("generation", entry(ALIVE).setGen(0));
    assertMalformed("age", entry(ALIVE).setAgeMs(-1));
    assertMalformed("endpoint", with(attrs().setEndpoint("no port")));
    assertMalformed("zone", with(attrs().setZone("z".repeat(65))));
    assertMalformed("label", with(attrs().putLabels("k".repeat(40), "v".repeat(25))));
    assertMalformed("role", with(attrs().addRole("r".repeat(65))));
    var accusers = entry(ALIVE);
    for (var i = 0; i < 9; i++) accusers.addAccuser("eu/a" + i);
    assertMalformed("accusers", accusers);
    var labels = attrs();
    for (var i = 0; i < 17; i++) labels.putLabels("k" + i, "v");
    assertMalformed("labels", with(labels));
  }

  /**
   * M36, gossip.md §4: a frame has at most 16 KiB, a sync message 1 MiB; checked before parsing.
   */
  @Test
  void whatIsTooLargeIsMalformed() {
    var huge = Bytes.of(new byte[GossipCodec.MAX_FRAME_BYTES + 1]);
    assertInstanceOf(Decoded.Malformed.class, GossipCodec.frame(huge));
    var huger = Bytes.of(new byte[GossipCodec.MAX_SYNC_BYTES + 1]);
    assertInstanceOf(Decoded.Malformed.class, GossipCodec.request(huger));
    assertInstanceOf(Decoded.Malformed.class, GossipCodec.response(huger));
  }

  /** A later version's body is no body here, yet its news count. */
  @Test
  void anUnknownBodyLeavesTheNews() {
    var bytes =
        dev.meshkit.wire.proto.StreamFrame.newBuilder()
            .setGen(1)
            .addMember(Entries.write(ALIVE))
            .setUnknownFields(
                com.google.protobuf.UnknownFieldSet.newBuilder()
                    .addField(
                        19,
                        com.google.protobuf.UnknownFieldSet.Field.newBuilder().addVarint(5).build())
                    .build())
            .build();
    assertEquals(
        new Decoded.Whole<>(new Frame(new Life(1, 0), new Frame.News(), List.of(ALIVE), List.of())),
        GossipCodec.frame(Bytes.of(bytes.toByteArray())));
  }

  /** M36: a seeded fuzzer; random bytes, and whole frames with bytes changed, cut and repeated. */
  @Test
  void noBytesThrowPastTheDecoder() {
    var chance = new Random(36);
    var samples = new ArrayList<byte[]>();
    for (var body : bodies())
      samples.add(
          GossipCodec.frame(new Frame(LIFE, body, List.of(ALIVE, DEAD), List.of(CLAIM))).toArray());
    var malformed = 0;
    for (var i = 0; i < 60_000; i++) {
      var bytes = i % 4 == 0 ? noise(chance) : mutated(chance, samples);
      var given = Bytes.of(bytes);
      var decoded = present(GossipCodec.frame(given));
      assertNotNull(GossipCodec.request(given));
      assertNotNull(GossipCodec.response(given));
      if (decoded instanceof Decoded.Malformed) malformed++;
      if (decoded instanceof Decoded.Whole<Frame>(var frame))
        assertInstanceOf(Decoded.Whole.class, GossipCodec.frame(GossipCodec.frame(frame)));
    }
    assertTrue(malformed > 10_000, "the fuzzer hits: " + malformed);
    assertTrue(malformed < 59_000, "and misses: " + malformed);
  }

  private static <T> Decoded<T> present(Decoded<T> decoded) {
    assertNotNull(decoded);
    return decoded;
  }

  private static byte[] noise(RandomGenerator chance) {
    var bytes = new byte[chance.nextInt(200)];
    chance.nextBytes(bytes);
    return bytes;
  }

  private static byte[] mutated(RandomGenerator chance, List<byte[]> samples) {
    var bytes = samples.get(chance.nextInt(samples.size())).clone();
    for (var changes = 1 + chance.nextInt(4); changes > 0; changes--)
      bytes[chance.nextInt(bytes.length)] = (byte) chance.nextInt(256);
    var length = chance.nextInt(3) == 0 ? chance.nextInt(bytes.length) : bytes.length;
    return Arrays.copyOf(bytes, length);
  }

  private static List<Frame.Body> bodies() {
    var at = new Endpoint("n1.example", 7443);
    return List.of(
        new Frame.Greet(-1, Bytes.hex("abcd"), at, Frame.Greet.Purpose.JOIN),
        new Frame.Greet(-1, Bytes.hex("abcd"), at, Frame.Greet.Purpose.WELCOME),
        new Frame.Greet(5, Bytes.EMPTY, Endpoint.NONE, Frame.Greet.Purpose.HELLO),
        new Frame.Reject(Refusal.UNREACHABLE, "open the port"),
        new Frame.Reject(Refusal.REVOKED, ""),
        new Frame.Reject(Refusal.FUTURE, "set the clock"),
        new Frame.Ping(7, Told.NOTHING),
        new Frame.Ping(-7, DEAD),
        new Frame.Ack(8, new Sums(-1, 2, 3), 7),
        new Frame.PingReq(9, N2, at, Duration.ofMillis(450)),
        new Frame.FwdAck(10),
        new Frame.Nack(11, true),
        new Frame.News(),
        new Frame.Accused(DEAD),
        new Frame.Leaving());
  }

  private static dev.meshkit.wire.proto.Entry.Builder entry(Told told) {
    return Entries.write(told).toBuilder();
  }

  private static dev.meshkit.wire.proto.Attrs.Builder attrs() {
    return entry(ALIVE).getAttrs().toBuilder();
  }

  private static dev.meshkit.wire.proto.Entry.Builder with(
      dev.meshkit.wire.proto.Attrs.Builder attrs) {
    return entry(ALIVE).setAttrs(attrs);
  }

  private static void assertMalformed(String why, dev.meshkit.wire.proto.Entry.Builder entry) {
    var frame = dev.meshkit.wire.proto.StreamFrame.newBuilder().setGen(1).addMember(entry).build();
    var decoded = GossipCodec.frame(Bytes.of(frame.toByteArray()));
    if (decoded instanceof Decoded.Malformed<Frame>(var said))
      assertTrue(said.contains(why), () -> said + " should speak of " + why);
    else throw new AssertionError("accepted: " + decoded);
  }
}
