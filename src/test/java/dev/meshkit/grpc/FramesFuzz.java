package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Input;
import dev.meshkit.fuzz.Meter;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * T7: whether a stream ends with a frame is seen the same in any splits, as a naive reader of the
 * whole sees it, and no length makes it skip what it should not.
 *
 * <p>Input: a list of split sizes, then the bytes of a stream.
 */
public final class FramesFuzz implements FuzzTarget {
  @Override
  public void run(byte[] bytes) throws Exception {
    var input = new Input(bytes);
    var splits = input.some();
    var wire = input.rest();
    var expected = endsWithAFrame(wire);
    Meter.watch(
        meter -> {
          var bounds = new FrameBounds();
          meter.of(wire.length, () -> read(bounds, wire, splits));
          assertEquals(expected, bounds.atFrameEnd());
        });
  }

  private static boolean read(FrameBounds bounds, byte[] wire, byte[] splits) {
    var at = 0;
    for (var split : splits) {
      var length = Math.min(split & 0xFF, wire.length - at);
      bounds.read(Unpooled.wrappedBuffer(wire, at, length));
      at += length;
    }
    bounds.read(Unpooled.wrappedBuffer(wire, at, wire.length - at));
    return true;
  }

  /** Type, length, payload (RFC 9114 §7.1), as often as they follow each other. */
  private static boolean endsWithAFrame(byte[] wire) {
    var at = 0L;
    while (at < wire.length) {
      for (var part = 0; part < 2; part++) {
        if (at >= wire.length) return false;
        var length = 1 << ((wire[(int) at] & 0xC0) >> 6);
        if (wire.length - at < length) return false;
        var value = wire[(int) at] & 0x3FL;
        for (var i = 1; i < length; i++) value = value << 8 | (wire[(int) at + i] & 0xFF);
        at += length;
        if (part == 1) at += Math.min(value, wire.length + 1L - at); // too long is one too many
      }
    }
    return at == wire.length;
  }

  @Override
  public List<byte[]> seeds() {
    var seeds = new ArrayList<byte[]>();
    for (var wire :
        List.of(
            H3.frame(H3.DATA, new byte[20]),
            H3.concat(H3.headers("a", "b"), H3.frame(H3.RESERVED), H3.frame(H3.DATA, new byte[3])),
            H3.frameOfLength(H3.DATA, 70_000, new byte[30]),
            H3.frameOfLength(H3.DATA, (1L << 62) - 1, new byte[3]),
            H3.varint(1L << 40))) {
      seeds.add(H3.concat(new byte[] {0}, wire));
      seeds.add(H3.concat(new byte[] {3, 1, 1, 2}, wire));
    }
    return seeds;
  }
}
