package dev.meshkit.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.meshkit.api.Bytes;
import dev.meshkit.wire.proto.Deliver;
import dev.meshkit.wire.proto.DeliverUp;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What travels on Mesh.Deliver: Q38's limits, and that no bytes at all can hurt. */
class DeliverCodecTest {
  private static final Bytes STORE = Bytes.of(new byte[16]);
  private static final Upward.Parcel PARCEL =
      new Upward.Parcel(
          "bulk", 7, true, 2, "orders.new", STORE, Map.of("a", "ü"), Bytes.utf8("body"));

  @Test
  void framesSurviveTheWire() {
    for (var said :
        List.of(
            new Upward.Open(STORE, Map.of("bulk", 8L, "control", 1L)),
            new Upward.Open(STORE, Map.of("bulk", 8L), true, List.of(STORE, STORE)),
            PARCEL)) {
      assertEquals(new Decoded.Whole<>(said), DeliverCodec.up(DeliverCodec.up(said)));
    }
    var receipts =
        Stream.of(Downward.Verdict.values())
            .map(verdict -> new Downward.Receipt("bulk", 7, verdict, 250, "error.x", "why"));
    var opened = Stream.of(new Downward.Opened(Map.of("bulk", 7L)));
    for (var said : Stream.<Downward>concat(opened, receipts).toList()) {
      assertEquals(new Decoded.Whole<>(said), DeliverCodec.down(DeliverCodec.down(said)));
    }
  }

  /** A receipt is for a run that is one: neither backwards nor without end. */
  @Test
  void aReceiptIsForABoundedRun() {
    var most = Downward.MOST_OF_A_RUN;
    assertInstanceOf(Decoded.Whole.class, receipt(7, 6L + most));
    assertInstanceOf(Decoded.Whole.class, receipt(Long.MAX_VALUE, Long.MAX_VALUE));
    assertInstanceOf(Decoded.Malformed.class, receipt(7, 7L + most));
    assertInstanceOf(Decoded.Malformed.class, receipt(7, 6));
    assertInstanceOf(Decoded.Malformed.class, receipt(7, -1));
  }

  private static Decoded<Downward> receipt(long n, long last) {
    var verdict = Downward.Verdict.APPLIED;
    return DeliverCodec.down(
        DeliverCodec.down(new Downward.Receipt("bulk", n, last, verdict, 0, "", "")));
  }

  /** The largest message that may be sent fits into a frame. */
  @Test
  void theLargestMessageFits() {
    var headers = new java.util.TreeMap<String, String>();
    for (var i = 0; i < 64; i++) headers.put("h" + (10 + i), "ü".repeat(16_384 / 64 - 3));
    var largest =
        new Upward.Parcel(
            "control",
            Long.MAX_VALUE,
            true,
            9,
            "k".repeat(128),
            STORE,
            headers,
            Bytes.of(new byte[1 << 20]));
    assertEquals(new Decoded.Whole<>(largest), DeliverCodec.up(DeliverCodec.up(largest)));
  }

  /** Q38 A message that breaks a rule says which one it is, so that it can be refused. */
  @Test
  void aMessageThatBreaksARuleStillSaysWhichOneItIs() {
    assertEquals(broken("crc"), decoded(good().setCrc32C(1)));
    assertEquals(broken("kind"), decoded(good().setKind("no spaces")));
    assertEquals(broken("attempt"), decoded(good().setAttempt(0)));
    assertEquals(broken("token"), decoded(good().setToken(ByteString.copyFrom(new byte[15]))));
    assertEquals(
        broken("body"), decoded(good().setBody(ByteString.copyFrom(new byte[(1 << 20) + 1]))));
    assertEquals(broken("headers"), decoded(good().putHeaders("k", "v".repeat(16_384))));
    assertInstanceOf(Decoded.Malformed.class, decoded(good().setN(0)));
    assertInstanceOf(Decoded.Malformed.class, decoded(good().setLane("")));
  }

  @Test
  void whateverTheBytesDecodingReturnsAValue() {
    var random = new SplittableRandom(38);
    var whole = DeliverCodec.up(PARCEL).toArray();
    for (var i = 0; i < 20_000; i++) {
      var bytes = whole.clone();
      for (var flips = random.nextInt(1, 6); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      var cut = Bytes.of(java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
      assertTrue(DeliverCodec.up(cut) != null && DeliverCodec.down(cut) != null);
    }
    var tooLarge = Bytes.of(new byte[DeliverCodec.MAX_FRAME_BYTES + 1]);
    assertInstanceOf(Decoded.Malformed.class, DeliverCodec.up(tooLarge));
    assertInstanceOf(Decoded.Malformed.class, DeliverCodec.down(tooLarge));
  }

  private static Deliver.Builder good() {
    try {
      return DeliverUp.parseFrom(DeliverCodec.up(PARCEL).asBuffer()).getMessage().toBuilder();
    } catch (com.google.protobuf.InvalidProtocolBufferException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static Decoded<Upward> decoded(Deliver.Builder message) {
    return DeliverCodec.up(
        Bytes.of(DeliverUp.newBuilder().setMessage(message).build().toByteArray()));
  }

  private static Decoded<Upward> broken(String why) {
    return new Decoded.Whole<>(new Upward.Broken("bulk", 7, why));
  }
}
