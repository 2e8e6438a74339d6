package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What an inbox row remembers: Q35. */
class AppliedNumbersTest {
  private static final int MOST_BYTES = 4_096;
  private static final int LAST = 10_000_000;

  /**
   * Q35 An inbox row stays ≤ 4 KiB over 10 M messages with dead, redriven and superseded ones; its
   * answers equal an exact set's. Most numbers come in order and are skipped here in one step; what
   * is exact and what is small is looked at around each that did not.
   */
  @Test
  void aRowStaysSmallOverTenMillionNumbersAndAnswersExactly() {
    var random = new SplittableRandom(35);
    var exact = new BitSet(LAST);
    var kept = AppliedNumbers.NOTHING;
    var largest = 0;
    var most = 0;
    while (kept.highest() < LAST) {
      // given numbers that come in order, and then some that die before they are applied
      var next = kept.highest() + 1 + random.nextInt(1, 6);
      kept = applied(kept, next, exact);
      var upTo = Math.min(next + random.nextInt(1, 2_000), LAST);
      exact.set((int) next, (int) upTo + 1);
      kept = new AppliedNumbers(upTo, kept.missing(), kept.forgotten());
      // when one of the dead comes again, in the middle of what is missing
      if (random.nextInt(4) == 0 && !kept.missing().isEmpty()) {
        var range = kept.missing().get(random.nextInt(kept.missing().size()));
        kept = applied(kept, random.nextLong(range.from(), range.to() + 1), exact);
      }
      // then the row is small, reads back as itself, and answers as the set does
      var row = kept.text();
      most = Math.max(most, kept.missing().size());
      largest = Math.max(largest, row.size());
      assertEquals(kept, AppliedNumbers.of(kept.highest(), row, kept.forgotten()));
      check(kept, exact, random);
    }
    assertTrue(largest <= MOST_BYTES, "the row took " + largest + " B");
    assertEquals(AppliedNumbers.MAX_RANGES, most, "the bound was met");
    assertTrue(kept.forgotten() > 0);
  }

  /** Q35 Not even numbers that only who means harm gives make a row larger. */
  @Test
  void aRowOfNumbersFarApartIsSmallToo() {
    var kept = AppliedNumbers.NOTHING;
    var step = Long.MAX_VALUE / 1_000;
    for (var i = 1; i < 1_000; i++) {
      kept = kept.with(i * step);
      assertTrue(kept.text().size() <= MOST_BYTES - 200, "the row took " + kept.text().size());
      assertEquals(kept, AppliedNumbers.of(kept.highest(), kept.text(), kept.forgotten()));
    }
    assertEquals(Inbox.Mark.DUPLICATE, kept.look(999 * step));
    assertEquals(Inbox.Mark.NEW, kept.look(999 * step - 1));
    assertEquals(Inbox.Mark.FORGOTTEN, kept.look(1));
  }

  /** Rows that an older release wrote are read, and written anew when they change. */
  @Test
  void rangesFromStartToEndAreReadToo() {
    var old = AppliedNumbers.of(12, Bytes.utf8("3-5,9-9"), 1);
    assertEquals(
        List.of(new AppliedNumbers.Range(3, 5), new AppliedNumbers.Range(9, 9)), old.missing());
    assertEquals(Bytes.utf8("3+2,4"), old.text());
  }

  private static AppliedNumbers applied(AppliedNumbers kept, long n, BitSet exact) {
    assertEquals(Inbox.Mark.NEW, kept.look(n), "number " + n);
    exact.set((int) n);
    return kept.with(n);
  }

  private static void check(AppliedNumbers kept, BitSet exact, SplittableRandom random) {
    for (var i = 0; i < 8; i++) {
      var n = Math.max(1, kept.highest() - random.nextInt(i < 4 ? 20 : 300_000));
      var mark = kept.look(n);
      if (n <= kept.forgotten()) {
        assertEquals(Inbox.Mark.FORGOTTEN, mark, "number " + n);
      } else {
        assertEquals(exact.get((int) n) ? Inbox.Mark.DUPLICATE : Inbox.Mark.NEW, mark, "n " + n);
      }
    }
  }
}
