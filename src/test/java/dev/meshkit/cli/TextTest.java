package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Durations, sizes and hostile texts as people see them. */
class TextTest {
  @Test
  void durationsAreReadWithTheirUnit() {
    assertEquals(Duration.ofMillis(250), Text.duration("250ms"));
    assertEquals(Duration.ofMillis(1_500), Text.duration("1.5s"));
    assertEquals(Duration.ofDays(7), Text.duration("7d"));
    for (var bad : new String[] {"", "10", "s", "-1s", "1w", "1e9s"}) {
      assertThrows(IllegalArgumentException.class, () -> Text.duration(bad), bad);
    }
  }

  @Test
  void durationsAreShownInTheirTwoLargestUnits() {
    assertEquals("420ms", Text.of(Duration.ofMillis(420)));
    assertEquals("1.5s", Text.of(Duration.ofMillis(1_500)));
    assertEquals("90s", Text.of(Duration.ofSeconds(90)));
    assertEquals("3m5s", Text.of(Duration.ofSeconds(185)));
    assertEquals("5h0m", Text.of(Duration.ofHours(5)));
    assertEquals("3d2h", Text.of(Duration.ofHours(74)));
  }

  @Test
  void sizesAreShownInBinaryUnits() {
    assertEquals("1023 B", Text.bytes(1023));
    assertEquals("1.5 KiB", Text.bytes(1536));
    assertEquals("2.0 GiB", Text.bytes(1L << 31));
  }

  @Test
  void ratesAreShownToTwoPlacesBelowOne() {
    assertEquals("0", Text.rate(0));
    assertEquals("0.08", Text.rate(0.08));
    assertEquals("1.0", Text.rate(1));
    assertEquals("1234.5", Text.rate(1_234.5));
  }

  /** O9, O27: no escape, no bidirectional trick, no line break of a peer's reaches the terminal. */
  @Test
  void whatCouldMoveTheCursorIsReplaced() {
    assertEquals("a\uFFFD[31mb", Text.safe("a\u001b[31mb"));
    assertEquals("a\uFFFDb\uFFFD", Text.safe("a\u202eb\n"));
    assertEquals("grün ♛", Text.safe("grün ♛"));
  }
}
