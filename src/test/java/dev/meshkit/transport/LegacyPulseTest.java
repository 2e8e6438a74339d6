package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.transport.LegacyPulse.Step;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** §12, End: PING after 5 s of silence, dead after 15 s; so is who takes nothing for 15 s. */
class LegacyPulseTest {
  private final LegacyPulse pulse = new LegacyPulse();

  @Test
  void aSecondIsATurn() {
    assertEquals(Duration.ofSeconds(1), LegacyWatch.TURN);
  }

  @Test
  void whoIsSilentIsAskedAfter5TurnsAndDeadAfter15() {
    for (var turn = 1; turn < 5; turn++) assertEquals(Step.NOTHING, pulse.turn(0, 0, false));
    for (var turn = 5; turn < 15; turn++) assertEquals(Step.ASK, pulse.turn(0, 0, false));
    assertEquals(Step.SILENT, pulse.turn(0, 0, false));
  }

  @Test
  void aFrameEndsTheSilence() {
    for (var turn = 1; turn < 15; turn++) pulse.turn(0, 0, false);
    assertEquals(Step.NOTHING, pulse.turn(1, 0, false));
    for (var turn = 1; turn < 5; turn++) assertEquals(Step.NOTHING, pulse.turn(1, 0, false));
    assertEquals(Step.ASK, pulse.turn(1, 0, false));
  }

  /** Whatever it says meanwhile: it does not read, and so it must not keep what waits for it. */
  @Test
  void whoTakesNothingIsStuckAfter15TurnsThoughItTalks() {
    for (var turn = 1; turn < 15; turn++) assertEquals(Step.NOTHING, pulse.turn(turn, 0, true));
    assertEquals(Step.STUCK, pulse.turn(15, 0, true));
  }

  @Test
  void onePieceIsProgressAndNothingToSayIsNoBlame() {
    for (var turn = 1; turn < 100; turn++) {
      assertEquals(Step.NOTHING, pulse.turn(turn, turn / 10, true));
    }
    for (var turn = 100; turn < 200; turn++) {
      assertEquals(Step.NOTHING, pulse.turn(turn, 10, false));
    }
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
