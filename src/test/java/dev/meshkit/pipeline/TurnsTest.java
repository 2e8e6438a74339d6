package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose turn it is. */
class TurnsTest {
  private static final int TURNS = 2_000;

  /** P19: of up to 64 ready ones each is served within 64 choices, whatever the others do. */
  @Test
  void whoIsReadyIsServedWithin64Choices() {
    var longest = 0;
    for (var places : List.of(2, 8, 32, 33, 48, 63, 64)) {
      for (var seed = 0; seed < 40; seed++) {
        var chance = new SplittableRandom(64L * seed + places);
        var most = longestWait(places, seed % 2 == 0, chance);
        assertTrue(most <= Turns.PATIENCE, most + " of " + places + ", seed " + seed);
        longest = Math.max(longest, most);
      }
    }
    assertEquals(Turns.PATIENCE, longest, "a bound that nothing comes near says nothing");
  }

  /** The most choices any place needed from when it was ready to when it was served. */
  private static int longestWait(int places, boolean flooded, RandomGenerator chance) {
    var turns = Turns.byPriority();
    for (var i = 0; i < places; i++) turns.add(chance.nextInt(1 + chance.nextInt(places)));
    var waits = new int[places];
    var ready = 0L;
    var longest = 0;
    for (var i = 0; i < TURNS; i++) {
      for (var place = 0; place < places; place++) {
        if (flooded || chance.nextInt(4) == 0) ready |= 1L << place;
      }
      if (ready == 0) continue;
      for (var place = 0; place < places; place++) waits[place] += (int) (ready >>> place & 1);
      var served = turns.next(ready);
      longest = Math.max(longest, IntStream.of(waits).max().orElseThrow());
      waits[served] = 0;
      ready &= ~(1L << served);
    }
    return longest;
  }
}
