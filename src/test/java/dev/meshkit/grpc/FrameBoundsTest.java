package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** T7: where a stream may end, however its bytes were split. */
class FrameBoundsTest {

  @Test
  void onlyTheEndOfAFrameIsAnEnd() {
    for (var seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var bytes = new ByteArrayOutputStream();
      var ends = new HashSet<Integer>();
      ends.add(0);
      for (var frames = random.nextInt(6); frames > 0; frames--) {
        var type = random.nextLong(1L << random.nextInt(1, 62));
        bytes.writeBytes(H3.frame(type, new byte[random.nextInt(3) * random.nextInt(200)]));
        ends.add(bytes.size());
      }
      var all = bytes.toByteArray();
      for (var end = 0; end <= all.length; end++) {
        assertEquals(ends.contains(end), endsAt(all, end, random), "seed " + seed + " at " + end);
      }
    }
  }

  /** The first {@code end} bytes, in pieces. */
  private static boolean endsAt(byte[] all, int end, Random random) {
    var bounds = new FrameBounds();
    for (var at = 0; at < end; ) {
      var length = Math.min(end - at, random.nextInt(1, 40));
      bounds.read(Unpooled.wrappedBuffer(all, at, length));
      at += length;
    }
    return bounds.atFrameEnd();
  }

  /** A length near 2^62 is only a number. */
  @Test
  void hugeLengthsAreFollowed() {
    var bounds = new FrameBounds();
    bounds.read(Unpooled.wrappedBuffer(H3.frameOfLength(H3.DATA, (1L << 62) - 1, new byte[9])));
    assertTrue(!bounds.atFrameEnd());
  }
}
