package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** T6: what was cut small is kept whole, and cheaply. */
class PiecesTest {
  private static final int MEGABYTE = 1 << 20;

  @Test
  void singleBytesShareBuffers() {
    try (var pieces = new Pieces()) {
      for (var i = 0; i < MEGABYTE; i++) pieces.add(Unpooled.buffer(1).writeByte(i));
      assertEquals(MEGABYTE / 4_096, pieces.count());
      var all = new byte[MEGABYTE];
      pieces.read(all);
      for (var i = 0; i < MEGABYTE; i++) assertEquals((byte) i, all[i]);
      assertEquals(0, pieces.count());
    }
  }

  /** What is large is not copied, and neither is what stands alone. */
  @Test
  void largeOnesAreKeptAsTheyCame() {
    var large = Unpooled.buffer(2_000).writeZero(2_000);
    var small = Unpooled.buffer(10).writeZero(10);
    var given = new ArrayList<ByteBuf>();
    var pieces = new Pieces();
    pieces.add(small);
    pieces.add(large);
    pieces.add(Unpooled.EMPTY_BUFFER);
    pieces.handTo(given::add);
    assertEquals(List.of(small, large), given);
    given.forEach(ByteBuf::release);
  }

  /** What is kept is not what it came with: a byte of a read of 64 KiB takes a byte. */
  @Test
  void aPartIsKeptWithoutTheWholeItWasReadWith() {
    assertEquals(64 << 10, keeping(64 << 10, 17 << 10, false), "a quarter of it may stay");
    assertEquals(16_000, keeping(64 << 10, 16_000, false));
    assertEquals(2_048, keeping(2_048, 1, false), "a first read may, whatever it brought");
    assertEquals(1, keeping(2_049, 1, false));
    assertEquals(1, keeping(2_048, 1, true), "not so where much is kept already");
    assertEquals(512, keeping(512, 1, true));
    assertEquals(30_000, keeping(64 << 10, 30_000, true));
    assertEquals(64 << 10, keeping(64 << 10, 33_000, true));
  }

  /** How many bytes it takes to keep a part of what was read. */
  private static long keeping(int read, int length, boolean many) {
    var memory = new UnpooledByteBufAllocator(true, true);
    var whole = memory.buffer(read).writeZero(read);
    var kept = Pieces.tight(whole.readRetainedSlice(length), many);
    whole.release();
    assertEquals(length, kept.readableBytes());
    var used = memory.metric().usedDirectMemory();
    kept.release();
    assertEquals(0, memory.metric().usedDirectMemory());
    return used;
  }

  /** However little of what is read at a time is a message, 64 KiB of read-ahead are not many. */
  @ParameterizedTest
  @CsvSource({"2048, 1, 2", "2048, 1, 1", "65536, 1, 2", "4096, 513, 1", "65536, 9000, 1"})
  void whatIsReadAheadTakesAtMostTwiceWhatItWeighs(int read, int length, int frames) {
    var memory = new UnpooledByteBufAllocator(true, true);
    var ahead = new ReadAhead();
    var kept = new ArrayList<ByteBuf>();
    while (ahead.hasRoom()) {
      var burst = new Pieces();
      var whole = memory.buffer(read).writeZero(read);
      for (var i = 0; i < frames; i++)
        burst.add(Pieces.tight(whole.readRetainedSlice(length), ahead.isBehind()));
      whole.release();
      burst.handTo(
          bytes -> {
            ahead.add(ReadAhead.weightOf(bytes));
            kept.add(bytes);
          });
    }
    var used = memory.metric().usedDirectMemory();
    assertTrue(used <= 2 * (64 << 10) + (32 << 10), used + " bytes");
    kept.forEach(ByteBuf::release);
    assertEquals(0, memory.metric().usedDirectMemory());
  }

  @Test
  void anyCutIsReadAlikeAndNothingIsLeft() {
    for (var seed = 0; seed < 300; seed++) cutAndRead(new Random(seed), seed);
  }

  private static void cutAndRead(Random random, int seed) {
    var sent = new byte[1 + random.nextInt(30_000)];
    random.nextBytes(sent);
    var buffers = new ArrayList<ByteBuf>();
    var received = Unpooled.buffer();
    try (var pieces = new Pieces()) {
      for (var at = 0; at < sent.length; ) {
        var n = Math.min(sent.length - at, 1 + random.nextInt(random.nextBoolean() ? 8 : 1_500));
        var piece = Unpooled.buffer(n).writeBytes(sent, at, n);
        buffers.add(piece);
        pieces.add(piece);
        at += n;
        if (random.nextInt(4) == 0) received.writeBytes(some(pieces, random, at, received));
      }
      received.writeBytes(some(pieces, null, sent.length, received));
    }
    var all = new byte[received.readableBytes()];
    received.readBytes(all);
    assertArrayEquals(sent, all, "seed " + seed);
    assertTrue(buffers.stream().allMatch(buffer -> buffer.refCnt() == 0), "seed " + seed);
  }

  /** Reads as much as there is, or some of it. */
  private static byte[] some(
      Pieces pieces, @org.jspecify.annotations.Nullable Random random, int sent, ByteBuf received) {
    var left = sent - received.writerIndex();
    var bytes = new byte[random == null ? left : random.nextInt(left + 1)];
    pieces.read(bytes);
    return bytes;
  }
}
