package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.transport.LegacyPulse.Step;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * §12, End, and issue 5: a peer that froze is lost within 3.5 s of its last word, over this road as
 * over any other; one that takes nothing, though it talks, after 15 s.
 */
class LegacyPulseTest {
  private final LegacyPulse pulse = new LegacyPulse();

  /** The last word may have come just after a turn. */
  @Test
  void aFrozenPeerIsLostWellWithin3500MsOfItsLastWord() {
    var most = LegacyWatch.TURN.multipliedBy(LegacyPulse.DEAD + 1);
    assertTrue(most.compareTo(Duration.ofMillis(3_250)) <= 0, most::toString); // and a margin
    assertEquals(Duration.ofSeconds(15), LegacyWatch.TURN.multipliedBy(LegacyPulse.STUCK));
  }

  @Test
  void whoIsSilentIsAskedAfter6TurnsAndDeadAfter12() {
    for (var turn = 1; turn < 6; turn++) assertEquals(Step.NOTHING, pulse.turn(0, turn, false));
    for (var turn = 6; turn < 12; turn++) assertEquals(Step.ASK, pulse.turn(0, turn, false));
    assertEquals(Step.SILENT, pulse.turn(0, 12, false));
  }

  @Test
  void aPieceOfAFrameEndsTheSilence() {
    for (var turn = 1; turn < 12; turn++) pulse.turn(0, turn, false);
    assertEquals(Step.NOTHING, pulse.turn(1, 12, false));
    for (var turn = 13; turn < 18; turn++) assertEquals(Step.NOTHING, pulse.turn(1, turn, false));
    assertEquals(Step.ASK, pulse.turn(1, 18, false));
  }

  /** For the peer it is who is silent, and its question may wait behind a large frame. */
  @Test
  void whoHasSaidNothingItselfSaysSomethingThoughThePeerTalks() {
    for (var turn = 1; turn < 6; turn++) assertEquals(Step.NOTHING, pulse.turn(turn, 0, false));
    assertEquals(Step.ASK, pulse.turn(6, 0, false));
    for (var turn = 7; turn < 13; turn++) assertEquals(Step.NOTHING, pulse.turn(turn, 1, false));
    assertEquals(Step.ASK, pulse.turn(13, 1, false));
  }

  /** Whatever it says meanwhile: it does not read, and so it must not keep what waits for it. */
  @Test
  void whoTakesNothingIsStuckAfter60TurnsThoughItTalks() {
    for (var turn = 1; turn < 60; turn++) assertEquals(Step.NOTHING, pulse.turn(turn, 0, true));
    assertEquals(Step.STUCK, pulse.turn(60, 0, true));
  }

  @Test
  void onePieceIsProgressAndNothingToSayIsNoBlame() {
    for (var turn = 1; turn < 100; turn++) {
      assertEquals(Step.NOTHING, pulse.turn(turn, turn / 20, true));
    }
    for (var turn = 100; turn < 200; turn++) {
      assertFalse(EnumSet.of(Step.STUCK, Step.SILENT).contains(pulse.turn(turn, 10, false)));
    }
  }

  @Test
  void aLargeFrameComesInPiecesEachOfWhichIsSeen() throws IOException {
    // given a socket that hands on 16 KiB at a time, of a frame that is larger
    var frame = new LegacyFrame(LegacyFrame.Kind.DELIVER, 1, Bytes.of(new byte[40 << 10]));
    var bytes = new ByteArrayOutputStream();
    frame.write(new DataOutputStream(bytes));
    var socket =
        new ByteArrayInputStream(bytes.toByteArray()) {
          @Override
          public synchronized int read(byte[] to, int offset, int length) {
            return super.read(to, offset, Math.min(length, 16 << 10));
          }
        };
    var intake = new LegacyIntake(socket);
    // when it is read, then each piece counts, and its end does not
    var in = new DataInputStream(new BufferedInputStream(intake, 64 << 10));
    assertEquals(frame, LegacyFrame.read(in));
    assertEquals(3, intake.pieces());
    assertEquals(-1, intake.read());
    assertEquals(3, intake.pieces());
  }

  @Test
  void aLargeFrameGoesInPiecesEachOfWhichIsSeen() throws IOException {
    // given a socket that is asked about while each piece is written
    var sizes = new ArrayList<Integer>();
    var seen = new ArrayList<LegacyPieces>();
    var socket =
        new OutputStream() {
          @Override
          public void write(int one) {
            throw new AssertionError("byte by byte");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            assertTrue(seen.getFirst().isWriting());
            assertEquals(sizes.size(), seen.getFirst().taken());
            sizes.add(length);
          }
        };
    var pieces = new LegacyPieces(socket);
    seen.add(pieces);
    // when a frame of more than two records is written
    pieces.write(new byte[40 << 10], 1, (40 << 10) - 1);
    // then each of its pieces counts
    assertEquals(List.of(16 << 10, 16 << 10, (8 << 10) - 1), sizes);
    assertEquals(3, pieces.taken());
    assertFalse(pieces.isWriting());
  }
}
