package dev.meshkit.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.meshkit.api.Bytes;
import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Meter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Assertions;

/**
 * A decoder of {@code dev.meshkit.wire}: whatever the bytes, it gives a value. What it takes for
 * whole is written again within the limit, and read again as the same value and the same bytes.
 *
 * @param <T> what the family says
 */
public final class WireFuzz<T> implements FuzzTarget {
  /** What an element (a member, a claim, a label) may take in place of its bytes; a quarter. */
  private static final int ELEMENT_BYTES = 64;

  private final Function<Bytes, Decoded<T>> decode;
  private final Function<T, Bytes> encode;
  private final int maxBytes;
  private final List<T> seeds;

  private WireFuzz(
      Function<Bytes, Decoded<T>> decode, Function<T, Bytes> encode, int maxBytes, List<T> seeds) {
    this.decode = decode;
    this.encode = encode;
    this.maxBytes = maxBytes;
    this.seeds = seeds;
  }

  /** {@code StreamFrame}. */
  public static WireFuzz<?> stream() {
    return new WireFuzz<>(
        GossipCodec::frame, GossipCodec::frame, GossipCodec.MAX_FRAME_BYTES, WireSeeds.frames());
  }

  /** {@code SyncRequest}. */
  public static WireFuzz<?> syncRequest() {
    return new WireFuzz<>(
        GossipCodec::request, GossipCodec::request, GossipCodec.MAX_SYNC_BYTES, WireSeeds.tables());
  }

  /** {@code SyncResponse}. */
  public static WireFuzz<?> syncResponse() {
    return new WireFuzz<>(
        GossipCodec::response,
        GossipCodec::response,
        GossipCodec.MAX_SYNC_BYTES,
        WireSeeds.tables());
  }

  /** {@code ElectFrame}. */
  public static WireFuzz<?> elect() {
    return new WireFuzz<>(
        ElectCodec::frame, ElectCodec::frame, ElectCodec.MAX_FRAME_BYTES, WireSeeds.elections());
  }

  /** {@code ScopeRecord}. */
  public static WireFuzz<?> record() {
    return new WireFuzz<>(
        ElectCodec::record,
        ElectCodec::record,
        ElectCodec.MAX_RECORD_BYTES,
        List.of(WireSeeds.record()));
  }

  /** {@code DeliverUp}; what is broken, and said to be, is nothing to send. */
  public static WireFuzz<?> deliverUp() {
    return new WireFuzz<>(
        bytes -> whole(DeliverCodec.up(bytes)),
        DeliverCodec::up,
        DeliverCodec.MAX_FRAME_BYTES,
        WireSeeds.upwards());
  }

  private static Decoded<Upward> whole(Decoded<Upward> decoded) {
    return decoded instanceof Decoded.Whole<Upward>(Upward.Broken broken)
        ? new Decoded.Malformed<>(broken.why())
        : decoded;
  }

  /** {@code DeliverDown}. */
  public static WireFuzz<?> deliverDown() {
    return new WireFuzz<>(
        DeliverCodec::down,
        DeliverCodec::down,
        DeliverCodec.MAX_FRAME_BYTES,
        WireSeeds.downwards());
  }

  /** {@code CommandRequest}. */
  public static WireFuzz<?> command() {
    return new WireFuzz<>(
        CommandCodec::request, CommandCodec::request, CommandCodec.MAX_BYTES, WireSeeds.commands());
  }

  /** {@code CommandResponse}. */
  public static WireFuzz<?> commanded() {
    return new WireFuzz<>(
        CommandCodec::response,
        CommandCodec::response,
        CommandCodec.MAX_BYTES,
        WireSeeds.verdicts());
  }

  /** {@code Hello}. */
  public static WireFuzz<?> hello() {
    return new WireFuzz<>(
        HelloCodec::hello, HelloCodec::hello, HelloCodec.MAX_BYTES, WireSeeds.hellos());
  }

  @Override
  public void run(byte[] input) throws Exception {
    var bytes = Bytes.of(input);
    var first = decode.apply(bytes);
    var decoded = new AtomicReference<>(first);
    var read = bytes.size() + elements(first, input) * ELEMENT_BYTES;
    Meter.watch(meter -> decoded.set(meter.of(read, () -> decode.apply(bytes))));
    Assertions.assertEquals(first, decoded.get());
    switch (first) {
      case Decoded.Malformed<T>(var why) -> Assertions.assertFalse(why.isBlank());
      case Decoded.Whole<T>(var value) -> holds(value);
    }
  }

  /** How many objects there were to build: none where too many were counted before. */
  private static <T> long elements(Decoded<T> decoded, byte[] input) {
    var early = decoded instanceof Decoded.Malformed<T>(var why) && why.contains("more than");
    return early ? 0 : elements(ByteString.copyFrom(input), 4);
  }

  private static long elements(ByteString bytes, int depth) {
    var count = 0L;
    try {
      for (var field : UnknownFieldSet.parseFrom(bytes).asMap().values()) {
        for (var inside : field.getLengthDelimitedList()) {
          count += 1 + (depth > 1 ? elements(inside, depth - 1) : 0);
        }
      }
      return count;
    } catch (InvalidProtocolBufferException noMessage) {
      return 0;
    }
  }

  private void holds(T value) {
    var written = encode.apply(value);
    Assertions.assertTrue(written.size() <= maxBytes, () -> written.size() + " B of " + value);
    Assertions.assertEquals(new Decoded.Whole<>(value), decode.apply(written));
    Assertions.assertEquals(written, encode.apply(value));
  }

  @Override
  public List<byte[]> seeds() {
    return seeds.stream().map(seed -> encode.apply(seed).toArray()).toList();
  }
}
