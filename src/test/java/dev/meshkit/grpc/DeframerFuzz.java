package dev.meshkit.grpc;

import dev.meshkit.fuzz.FuzzTarget;
import dev.meshkit.fuzz.Input;
import dev.meshkit.fuzz.Meter;
import io.grpc.Codec;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * T6: the deframer, fed with bytes in any splits, says what a naive parser of the whole buffer
 * says; it gives back every buffer, and keeps to its bounds.
 *
 * <p>Input: options, limit, a list of split sizes, then the bytes.
 */
public final class DeframerFuzz implements FuzzTarget {
  private static final int[] LIMITS = {0, 1, 5, 100, 4_096, 1 << 14, Integer.MAX_VALUE};
  private static final int PREFIX_BYTES = 5;

  /** What is fed to whom. */
  private record Feed(byte[] wire, byte[] splits, boolean gzip, int limit) {}

  @Override
  public void run(byte[] bytes) throws Exception {
    var input = new Input(bytes);
    var gzip = (input.octet() & 1) == 1;
    var limit = LIMITS[input.octet() % LIMITS.length];
    var splits = input.some();
    var feed = new Feed(input.rest(), splits, gzip, limit);
    var expected = new ArrayList<Object>();
    var made = naive(feed, expected);
    Meter.watch(
        meter -> {
          var said = deframed(feed, made, meter);
          if (!said.equals(expected)) {
            throw new AssertionError("said " + said + "\nwhere a naive parser says " + expected);
          }
        });
  }

  /** Messages, then how it ended. */
  private static List<Object> deframed(Feed feed, long made, Meter meter) throws Exception {
    var said = new ArrayList<Object>();
    var buffers = split(feed);
    try (var deframer = new Deframer(feed.limit())) {
      if (feed.gzip()) deframer.decompressor(new Codec.Gzip());
      for (var buffer : buffers) {
        deframer.add(buffer.retain());
        while (meter.of(0, deframer::hasNext)) {
          var message = meter.of(feed.wire().length + made, deframer::next);
          said.add(ByteBuffer.wrap(message.readAllBytes()));
        }
      }
      said.add(deframer.midMessage() ? "inside" : "whole");
    } catch (StatusException broken) {
      said.add(broken.getStatus().getCode().name());
    }
    for (var buffer : buffers) {
      if (buffer.refCnt() != 1) throw new AssertionError("a buffer leaked or was freed twice");
      buffer.release();
    }
    return said;
  }

  /** As many pieces as there are splits, and one more; some may be empty. */
  private static List<ByteBuf> split(Feed feed) {
    var pieces = new ArrayList<ByteBuf>();
    var at = 0;
    for (var split : feed.splits()) {
      var length = Math.min(split & 0xFF, feed.wire().length - at);
      pieces.add(Unpooled.copiedBuffer(feed.wire(), at, length));
      at += length;
    }
    pieces.add(Unpooled.copiedBuffer(feed.wire(), at, feed.wire().length - at));
    return pieces;
  }

  /** Fills {@code said}; how many bytes had to be made of those that were read. */
  private static long naive(Feed feed, List<Object> said) {
    var wire = feed.wire();
    var made = 0L;
    var at = 0;
    while (wire.length - at >= PREFIX_BYTES) {
      var flag = wire[at];
      var length = Integer.toUnsignedLong(ByteBuffer.wrap(wire).getInt(at + 1));
      at += PREFIX_BYTES;
      var end = end(feed, flag, length, at);
      if (!end.isEmpty()) {
        said.add(end);
        return made;
      }
      var payload = Arrays.copyOfRange(wire, at, at + (int) length);
      at += (int) length;
      try {
        var message = flag == 1 ? inflated(payload, feed.limit()) : payload;
        made += message.length;
        said.add(ByteBuffer.wrap(message));
      } catch (IOException corrupt) {
        said.add("INTERNAL");
        return made + feed.limit();
      } catch (StatusException tooLarge) {
        said.add("RESOURCE_EXHAUSTED");
        return made + feed.limit();
      }
    }
    said.add(at < wire.length ? "inside" : "whole");
    return made;
  }

  private static String end(Feed feed, byte flag, long length, int at) {
    if ((flag != 0 && flag != 1) || (flag == 1 && !feed.gzip())) return "INTERNAL";
    if (length > feed.limit()) return "RESOURCE_EXHAUSTED";
    return feed.wire().length - at < length ? "inside" : "";
  }

  private static byte[] inflated(byte[] payload, int limit) throws IOException, StatusException {
    var out = new ByteArrayOutputStream();
    try (var in = new GZIPInputStream(new ByteArrayInputStream(payload))) {
      var buffer = new byte[1]; // zlib drops what it made if it meets a fault in the same call
      for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (n > limit - out.size()) throw Status.RESOURCE_EXHAUSTED.asException();
        out.write(buffer, 0, n);
      }
    }
    return out.toByteArray();
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    var seeds = new ArrayList<byte[]>();
    for (var limit = 0; limit < LIMITS.length; limit++) {
      seeds.add(seed(0, limit, frame(0, new byte[0]), frame(0, new byte[] {1, 2, 3})));
      seeds.add(seed(1, limit, frame(1, zipped(new byte[0])), frame(1, zipped(new byte[200]))));
    }
    seeds.add(seed(0, 4, frame(2, new byte[] {1})));
    seeds.add(seed(0, 4, frame(1, new byte[] {1})));
    seeds.add(seed(1, 4, frame(1, new byte[] {1})));
    seeds.add(seed(0, 5, new byte[] {0, -1, -1, -1, -1, 7}));
    seeds.add(seed(1, 5, frame(1, zipped(new byte[1 << 15]))));
    return seeds;
  }

  private static byte[] seed(int options, int limit, byte[]... frames) throws IOException {
    var out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) options, (byte) limit});
    out.write(new byte[] {5, 1, 0, 3, 4, 2});
    for (var frame : frames) out.write(frame);
    return out.toByteArray();
  }

  private static byte[] frame(int flag, byte[] payload) {
    var frame = ByteBuffer.allocate(PREFIX_BYTES + payload.length);
    return frame.put((byte) flag).putInt(payload.length).put(payload).array();
  }

  private static byte[] zipped(byte[] message) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(message);
    }
    return out.toByteArray();
  }
}
