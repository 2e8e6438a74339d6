package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Input;
import dev.meshkit.fuzz.Meter;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * T11: what a client writes on its cancel stream, in any splits, is the stream ids that a naive
 * reader sees; the newest {@link PeerCancels#MOST_KEPT} of them are kept, each once.
 *
 * <p>Input: a list of split sizes, then the bytes after the stream's type.
 */
public final class CancelFuzz implements FuzzTarget {
  private static final Guard ENDLESS =
      new Guard(null, Bounds.Floods.endless(), PingWatch.Permit.any());

  @Override
  public void run(byte[] bytes) throws Exception {
    var input = new Input(bytes);
    var splits = input.some();
    var wire = input.rest();
    var ids = naive(wire);
    var kept = kept(ids);
    Meter.watch(
        meter -> {
          var cancels = new PeerCancels(new OpenStreams(), ENDLESS);
          var channel = new EmbeddedChannel(cancels.reader());
          // an id is kept as a boxed number in a linked set: an object or three
          meter.of(wire.length + 64L * ids.size(), () -> fed(channel, wire, splits));
          for (var id : new ArrayList<>(ids)) {
            assertEquals(kept.remove(id), cancels.take(id), () -> "stream " + id);
          }
          kept.addAll(kept(ids));
        });
  }

  private static boolean fed(EmbeddedChannel channel, byte[] wire, byte[] splits) {
    var at = 0;
    for (var split : splits) {
      var length = Math.min(split & 0xFF, wire.length - at);
      channel.writeInbound(Unpooled.copiedBuffer(wire, at, length));
      at += length;
    }
    channel.writeInbound(Unpooled.copiedBuffer(wire, at, wire.length - at));
    return channel.finishAndReleaseAll();
  }

  /** Variable-length integers, RFC 9000 §16: two bits of length, the rest is the number. */
  private static List<Long> naive(byte[] wire) {
    var ids = new ArrayList<Long>();
    for (var at = 0; at < wire.length; ) {
      var length = 1 << ((wire[at] & 0xC0) >> 6);
      if (wire.length - at < length) return ids;
      var number = Arrays.copyOfRange(wire, at, at + length);
      number[0] &= 0x3F;
      ids.add(new BigInteger(1, number).longValueExact());
      at += length;
    }
    return ids;
  }

  private static List<Long> kept(List<Long> ids) {
    var kept = new ArrayList<Long>();
    for (var id : ids) {
      if (kept.contains(id)) continue;
      if (kept.size() == PeerCancels.MOST_KEPT) kept.removeFirst();
      kept.add(id);
    }
    return kept;
  }

  @Override
  public List<byte[]> seeds() {
    var seeds = new ArrayList<byte[]>();
    seeds.add(new byte[] {2, 1, 3, 0, 4, 0x40, 8, (byte) 0x80, 0, 0, 12});
    seeds.add(new byte[] {0, (byte) 0xC0, 0, 0, 0, 0, 0, 0, 16, -1, -1, -1, -1, -1, -1, -1, -1});
    seeds.add(new byte[] {1, 0, (byte) 0xC0, 1});
    var many = new ByteArrayOutputStream();
    many.write(0);
    for (var id = 0; id < PeerCancels.MOST_KEPT + 9; id++) {
      many.writeBytes(new byte[] {(byte) 0x80, 0, (byte) (id >> 8), (byte) id});
    }
    many.writeBytes(new byte[] {(byte) 0x80, 0, 1, 0}); // one that is kept already
    seeds.add(many.toByteArray());
    return seeds;
  }
}
