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
import java.io.FilterInputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** T35: frames of the legacy socket, and the order in which they go. */
class LegacyFrameTest {
  private static final int SMALL = 16 << 10;
  private static final int LARGE = 1 + Family.DELIVER.maxFrameBytes();

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
    assertThrows(EOFException.class, () -> read(head(LARGE + 9, 4)));
  }

  @Test
  void aLengthThatItsTypeHasNotIsRefusedBeforeItsBodyIsWaitedFor() {
    for (var type = 1; type <= 12; type++) {
      var most = type >= 2 && type <= 6 ? LARGE : SMALL;
      var of = type;
      assertThrows(EOFException.class, () -> read(head(most + 9, of)), "type " + type);
      assertThrows(ProtocolException.class, () -> read(head(most + 10, of)), "type " + type);
    }
  }

  /** Whoever announces much and sends nothing must not cost more than whoever announces little. */
  @Test
  void roomIsMadeForWhatHasComeAndNotForWhatWasAnnounced() throws IOException {
    var asked = new ArrayList<Integer>();
    var bytes = new ByteArrayOutputStream();
    bytes.write(head(LARGE + 9, 4));
    bytes.write(new byte[SMALL]);
    var in =
        new FilterInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            asked.add(into.length);
            return super.read(into, offset, length);
          }
        };
    assertThrows(EOFException.class, () -> LegacyFrame.read(new DataInputStream(in)));
    assertEquals(2 * SMALL, Collections.max(asked), "after " + SMALL + " bytes of a body");
  }

  @Test
  void aLargeBodyIsReadWhole() throws IOException {
    for (var size : new int[] {SMALL - 1, SMALL, SMALL + 1, 5 * SMALL + 3, LARGE}) {
      var body = new byte[size];
      new java.util.Random(size).nextBytes(body);
      var frame = new LegacyFrame(Kind.DELIVER, 3, Bytes.of(body));
      var out = new ByteArrayOutputStream();
      frame.write(new DataOutputStream(out));
      assertEquals(frame, read(out.toByteArray()));
    }
  }

  @Test
  void whatComesFirstIsAHelloOrItsBodyIsNotWaitedFor() throws IOException {
    var hello = ByteBuffer.allocate(13).putInt(9).put((byte) 1).putLong(0).array();
    assertEquals(LegacyFrame.of(Kind.HELLO, 0), greeting(hello));
    for (var type : new int[] {1, 4}) { // with id 7
      assertThrows(ProtocolException.class, () -> greeting(head(99, type)), "type " + type);
    }
  }

  private static LegacyFrame greeting(byte[] bytes) throws IOException {
    return LegacyFrame.greeting(new DataInputStream(new ByteArrayInputStream(bytes)));
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
