package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.grpc.BlackHole.Seen;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The fault table's path that narrows under load, without a network; with one it is a row of {@code
 * make chaos CASE=path-faults}, whose numbers these are.
 */
class BlackHoleTest {
  private static final int LARGE = 1_472;
  private static final int OF_STREAMS = 1_420;

  private final BlackHole hole = new BlackHole();
  private Seen seen = new Seen(100, 1_000, 1_000_000, 0, LARGE);

  /** A turn in which so many large packets were sent, and so many of them lost. */
  private boolean turn(int sent, int lost, int heard) {
    seen =
        new Seen(
            seen.received() + heard,
            seen.sent() + sent + heard,
            seen.sentBytes() + (long) sent * LARGE + heard * 60L,
            seen.resentBytes() + (long) lost * OF_STREAMS,
            seen.packetBytes());
    return hole.turn(seen);
  }

  /** In how many turns like this it is found; 0 if never. */
  private int foundAfter(int sent, int lost, int heard) {
    hole.turn(seen);
    for (var turns = 1; turns < 100; turns++) if (turn(sent, lost, heard)) return turns;
    return 0;
  }

  @Test
  void aPathThatTakesNoLargePacketsAnyMoreIsFoundInThreeTurns() {
    assertEquals(BlackHole.TURNS, foundAfter(1_000, 990, 250));
  }

  /** QUIC sends few then, and each sign of life shows that those before it are lost. */
  @Test
  void soItIsWhereNothingElseIsOnItsWay() {
    assertEquals(BlackHole.TURNS, foundAfter(5, 4, 2));
  }

  /**
   * Seen for 57 s under load: the peer talks, and each word of it is acknowledged in a small packet
   * that arrives; of the large ones none does, so QUIC tries two of them, ever more rarely.
   */
  @Test
  void soItIsWhereThePeerTalksAndItsWordsAreAcknowledged() {
    hole.turn(seen);
    var turns = List.of(10, 2, 0, 2, 0, 0, 0, 2); // of large packets, all sent before
    var found = turns.stream().map(large -> turn(large, large, 80)).toList();
    assertEquals(List.of(false, false, false, true), found.subList(0, 4));
  }

  /**
   * A packet that had to be sent twice now and then arrived, though nothing else was to be sent.
   */
  @Test
  void norIsAPathOnWhichLittleIsSentAndSomeOfThatTwice() {
    hole.turn(seen);
    for (var round = 0; round < 10; round++) {
      assertEquals(false, turn(2, 2, 80));
      for (var quiet = 0; quiet <= BlackHole.MOST_QUIET; quiet++)
        assertEquals(false, turn(0, 0, 80));
    }
  }

  /** What arrives between two such turns shows that the path takes it. */
  @Test
  void oneLargePacketThatArrivesBeginsAnew() {
    hole.turn(seen);
    for (var round = 0; round < 10; round++) {
      assertEquals(false, turn(2, 2, 80));
      assertEquals(false, turn(2, 2, 80));
      assertEquals(false, turn(1, 0, 80));
    }
  }

  @Test
  void aPathThatLosesHalfOfThemIsNone() {
    assertEquals(0, foundAfter(1_000, 500, 250));
  }

  @Test
  void norIsOneThatIsSilentForThatIsLostAnyway() {
    assertEquals(0, foundAfter(1_000, 1_000, 0));
  }

  @Test
  void norOneWhosePacketsCouldNotBeSmaller() {
    seen = new Seen(100, 1_000, 1_000_000, 0, 1_200);
    assertEquals(0, foundAfter(1_000, 990, 250));
  }

  /** Those carry nothing that would have to be sent again. */
  @Test
  void packetsThatOnlyTryALargerSizeAreNotMissed() {
    hole.turn(seen);
    for (var turns = 0; turns < 20; turns++) {
      seen =
          new Seen(
              seen.received() + 5,
              seen.sent() + 4,
              seen.sentBytes() + 4 * 5_000,
              seen.resentBytes(),
              LARGE);
      assertEquals(false, hole.turn(seen));
    }
  }

  @Test
  void aTurnInWhichTheyArriveBeginsAnew() {
    hole.turn(seen);
    for (var round = 0; round < 10; round++) {
      for (var turns = 1; turns < BlackHole.TURNS; turns++) {
        assertEquals(false, turn(1_000, 990, 250));
      }
      assertEquals(false, turn(1_000, 10, 250));
    }
  }
}
