package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Codec;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** T6: messages come out as they went in, however the bytes were split. */
class DeframerTest {
  private static final int LIMIT = 10_000;
  private static final int DATA_FRAME_HEADER = 5;

  @Test
  void anySplitDeframesAlike() throws Exception {
    for (var seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      var messages = messages(random);
      var codec = random.nextBoolean() ? new Codec.Gzip() : Codec.Identity.NONE;
      var wire = Unpooled.buffer();
      for (var message : messages) append(wire, message, codec);
      try (var deframer = new Deframer(LIMIT)) {
        deframer.decompressor(codec);
        var out = new ArrayList<byte[]>();
        while (wire.isReadable()) {
          var step = 1 + random.nextInt(Math.min(wire.readableBytes(), 1 + random.nextInt(4_000)));
          deframer.add(Unpooled.copiedBuffer(wire.readSlice(step)));
          while (deframer.hasNext()) out.add(deframer.next().readAllBytes());
        }
        assertEquals(messages.size(), out.size(), "seed " + seed);
        for (var i = 0; i < out.size(); i++) {
          assertArrayEquals(messages.get(i), out.get(i), "seed " + seed + ", message " + i);
        }
        assertFalse(deframer.midMessage(), "seed " + seed);
      }
      wire.release();
    }
  }

  private static List<byte[]> messages(Random random) {
    var messages = new ArrayList<byte[]>();
    for (var i = random.nextInt(8); i >= 0; i--) {
      var message = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(LIMIT / 2)];
      random.nextBytes(message);
      messages.add(message);
    }
    return messages;
  }

  /** What follows the DATA frame header of a framed message. */
  private static void append(ByteBuf wire, byte[] message, Codec codec) {
    var frame = Framer.frame(new ByteArrayInputStream(message), codec, ByteBufAllocator.DEFAULT);
    wire.writeBytes(frame.skipBytes(DATA_FRAME_HEADER));
    frame.release();
  }

  @Test
  void aDeclaredLengthOverTheLimitFailsBeforeItsBytesCome() {
    try (var deframer = new Deframer(LIMIT)) {
      deframer.add(Unpooled.buffer().writeByte(0).writeInt(LIMIT + 1));
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, failure(deframer));
    }
    try (var deframer = new Deframer(LIMIT)) {
      deframer.add(Unpooled.buffer().writeByte(0).writeInt(-1));
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, failure(deframer));
    }
  }

  /** A message that no frame can carry is told before anything of it is copied. */
  @Test
  void aMessageThatNoFrameCanCarryIsRefused() {
    final class Huge extends InputStream implements KnownLength {
      @Override
      public int read() {
        throw new AssertionError("it is not read");
      }

      @Override
      public int read(byte[] into, int from, int length) {
        return read();
      }

      @Override
      public int available() {
        return Framer.MAX_MESSAGE_BYTES + 1;
      }
    }
    var refusal =
        assertThrows(
            StatusRuntimeException.class,
            () -> Framer.frame(new Huge(), Codec.Identity.NONE, ByteBufAllocator.DEFAULT));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, refusal.getStatus().getCode());
  }

  @Test
  void inflatingStopsAtTheLimit() throws Exception {
    var wire = Unpooled.buffer();
    append(wire, new byte[LIMIT + 1], new Codec.Gzip());
    try (var deframer = new Deframer(LIMIT)) {
      deframer.decompressor(new Codec.Gzip());
      deframer.add(wire);
      assertTrue(deframer.hasNext());
      var failure = assertThrows(StatusException.class, deframer::next);
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, failure.getStatus().getCode());
    }
  }

  /** T7. */
  @Test
  void badFlagsAreInternal() {
    for (var flag : new int[] {1, 2, 255}) {
      try (var deframer = new Deframer(LIMIT)) {
        deframer.add(Unpooled.buffer().writeByte(flag).writeInt(0));
        assertEquals(Status.Code.INTERNAL, failure(deframer), "flag " + flag);
      }
    }
  }

  @Test
  void bytesLeftOverAreNoticed() throws Exception {
    try (var deframer = new Deframer(LIMIT)) {
      deframer.add(Unpooled.buffer().writeByte(0).writeInt(3).writeByte(7));
      assertFalse(deframer.hasNext());
      assertTrue(deframer.midMessage());
    }
  }

  private static Status.Code failure(Deframer deframer) {
    return assertThrows(StatusException.class, deframer::hasNext).getStatus().getCode();
  }
}
