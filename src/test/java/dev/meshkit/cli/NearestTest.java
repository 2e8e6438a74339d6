package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Did-you-mean at edit distance two and no further. */
class NearestTest {
  @Test
  void distanceCountsInsertionsDeletionsSubstitutionsAndSwaps() {
    assertEquals(0, Nearest.distance("status", "status"));
    assertEquals(1, Nearest.distance("staus", "status"));
    assertEquals(1, Nearest.distance("sttaus", "status"));
    assertEquals(2, Nearest.distance("stats", "stutus"));
    assertEquals(6, Nearest.distance("", "status"));
  }

  @Test
  void theNearestWithinTwoEditsWinsAndTiesGoByName() {
    assertEquals(Optional.of("send"), Nearest.to("snd", List.of("send", "seed", "status")));
    assertEquals(Optional.of("aa"), Nearest.to("ab", List.of("ac", "aa")));
    assertEquals(Optional.empty(), Nearest.to("frobnicate", List.of("send", "status")));
  }
}
