package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.transport.LegacyFrame.Kind;
import dev.meshkit.transport.LegacyQueue.Rank;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** T35: frames of the legacy socket, and the order in which they go. */
class LegacyFrameTest {
  private static LegacyFrame read(byte[] bytes) throws IOException {
    return LegacyFrame.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  private static byte[] head(int length, int type) {
    return ByteBuffer.allocate(13).putInt(length).put((byte) type).putLong(7).array();
  }

  @Test
  void eachTypeIsReadAsItWasWritten() throws IOException {
    var number = 0;
    for (var type : Kind.values()) {
      var frame = new LegacyFrame(type, -1, Bytes.utf8("body of " + type));
      var out = new ByteArrayOutputStream();
      frame.write(new DataOutputStream(out));
      assertEquals(frame, read(out.toByteArray()));
      assertEquals(++number, out.toByteArray()[4], "the number of " + type);
    }
  }

  @Test
  void aLengthThatNoFrameHasIsRefusedBeforeItsBodyIsWaitedFor() {
    // given heads without a body: whoever allocated or read it would end at the end of input
    for (var length : new int[] {0, 8, LegacyFrame.MAX_BODY + 10, Integer.MAX_VALUE, -1}) {
      assertThrows(ProtocolException.class, () -> read(head(length, 1)), "length " + length);
    }
    assertThrows(EOFException.class, () -> read(head(LegacyFrame.MAX_BODY + 9, 1)));
  }

  @Test
  void aTypeThatNobodyKnowsIsRefused() {
    for (var type : new int[] {0, 13, 255}) {
      assertThrows(ProtocolException.class, () -> read(head(9, type)), "type " + type);
    }
  }

  @Test
  void bodiesThatAreNoneAreRefused() {
    assertThrows(ProtocolException.class, () -> LegacyBody.tagged(Bytes.EMPTY));
    assertThrows(ProtocolException.class, () -> LegacyBody.status(Bytes.EMPTY));
    assertThrows(ProtocolException.class, () -> LegacyBody.family(3));
    assertThrows(ProtocolException.class, () -> LegacyBody.credit(Bytes.of(new byte[7])));
    assertThrows(ProtocolException.class, () -> LegacyBody.credit(LegacyBody.credit(-1, 0)));
  }

  @Test
  void theUrgentGoesFirstAndEachRankInItsOrder() throws InterruptedException {
    var queue = new LegacyQueue();
    var id = 4; // the last is the most urgent
    for (var rank : List.of(Rank.DELIVER, Rank.CALL, Rank.STREAM, Rank.ELECT, Rank.CONTROL)) {
      queue.offer(rank, LegacyFrame.of(Kind.PING, id));
      queue.offer(rank, LegacyFrame.of(Kind.PING, id + 10));
      id--;
    }
    queue.close();
    var ids = new ArrayList<Long>();
    for (var next = queue.take(); next.isPresent(); next = queue.take())
      ids.add(next.get().frame().id());
    assertEquals(List.of(0L, 10L, 1L, 11L, 2L, 12L, 3L, 13L, 4L, 14L), ids);
  }

  @Test
  void aPeerThatReadsNothingIsNotQueuedForWithoutEnd() {
    var queue = new LegacyQueue();
    var taken = 0;
    while (queue.offer(Rank.CONTROL, LegacyFrame.of(Kind.PONG, 1))) taken++;
    assertEquals(1_024, taken);
    assertTrue(queue.hasRoom(Rank.DELIVER));
    queue.offer(Rank.DELIVER, new LegacyFrame(Kind.DELIVER, 1, Bytes.of(new byte[256 << 10])));
    assertFalse(queue.hasRoom(Rank.DELIVER));
  }
}
