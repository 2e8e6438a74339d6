package dev.meshkit.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long a suspicion lasts: gossip.md §5. */
class SuspicionTest {
  /** Profile, n, C, milliseconds: computed by another program (Python's math) from the formula. */
  private static final String VALUES =
      """
      lan 3 0 3000.000
      lan 3 1 3000.000
      lan 3 2 3000.000
      lan 4 0 18000.000
      lan 4 1 8536.054
      lan 4 2 3000.000
      lan 5 0 18000.000
      lan 5 1 8536.054
      lan 5 2 3000.000
      lan 10 0 18000.000
      lan 10 1 8536.054
      lan 10 2 3000.000
      lan 32 0 27092.700
      lan 32 1 12848.041
      lan 32 2 4515.450
      lan 100 0 36000.000
      lan 100 1 17072.107
      lan 100 2 6000.000
      lan 316 0 44994.367
      lan 316 1 21337.463
      lan 316 2 7499.061
      lan 1000 0 54000.000
      lan 1000 1 25608.161
      lan 1000 2 9000.000
      lan 2000 0 59418.540
      lan 2000 1 28177.769
      lan 2000 2 9903.090
      lan 10000 0 72000.000
      lan 10000 1 34144.215
      lan 10000 2 12000.000
      wan 5 1 34144.215
      wan 50 1 58009.997
      wan 200 1 78566.862
      wan 1000 1 102432.644
      wan 10000 1 136576.859
      fast 5 1 2134.013
      fast 50 1 3625.625
      fast 100 1 4268.027
      fast 150 1 4643.808
      fast 200 1 4910.429
      """;

  /** M17: the timeout matches a table of 40 values. */
  @Test
  void theTimeoutMatchesTheTable() {
    var rows = VALUES.strip().lines().map(String::strip).toList();
    assertEquals(40, rows.size());
    for (var row : rows) {
      var cells = row.split(" ");
      var timing =
          switch (cells[0]) {
            case "lan" -> Timing.lan();
            case "wan" -> Timing.wan();
            default -> Timing.fast();
          };
      var suspicion = Suspicion.of(timing, Integer.parseInt(cells[1]));
      var confirmations = suspicion.confirmations(Integer.parseInt(cells[2]) + 1);
      var millis = suspicion.timeout(confirmations).toNanos() / 1e6;
      assertEquals(Double.parseDouble(cells[3]), millis, 0.001, row);
    }
  }

  /** M17: more confirmations never lengthen it, and accusers beyond k change nothing. */
  @Test
  void confirmationsOnlyShorten() {
    var suspicion = Suspicion.of(Timing.lan(), 50);
    var last = Duration.ofDays(1);
    for (var accusers = 1; accusers <= Entry.MAX_ACCUSERS; accusers++) {
      var timeout = suspicion.timeout(suspicion.confirmations(accusers));
      assertTrue(timeout.compareTo(last) <= 0);
      assertTrue(timeout.compareTo(suspicion.min()) >= 0);
      last = timeout;
    }
    assertEquals(suspicion.min(), last);
    assertEquals(suspicion.max(), suspicion.timeout(suspicion.confirmations(1)));
  }

  /** gossip.md §5: k = 0 when n − 2 &lt; k: too few could confirm, so nobody waits for them. */
  @Test
  void aTinyMeshWaitsForNoConfirmation() {
    assertEquals(Duration.ofSeconds(3), Suspicion.of(Timing.lan(), 3).timeout(0));
    assertEquals(Duration.ofSeconds(18), Suspicion.of(Timing.lan(), 4).timeout(0));
  }
}
