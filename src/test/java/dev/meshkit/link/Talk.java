package dev.meshkit.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.transport.Family;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Two stations that say each other numbered words on Stream and Elect, without a pause. */
final class Talk {
  private static final Duration PACE = Duration.ofMillis(15); // fewer than a peer may say a second
  private static final int LEAST = 30;

  private Talk() {}

  /** Says more words, each at once, until it is enough; each must find its stream alive. */
  static void until(Lab.Station a, Lab.Station b, List<String> words, BooleanSupplier enough) {
    var from = words.size();
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(PACE)
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              say(a, b, words);
              return words.size() > from + LEAST && enough.getAsBoolean();
            });
  }

  /** One more word, both ways and on both families. */
  static void say(Lab.Station a, Lab.Station b, List<String> words) {
    var word = "word " + words.size();
    words.add(word);
    for (var family : List.of(Family.STREAM, Family.ELECT)) {
      assertTrue(a.say(b.id, family, word) && b.say(a.id, family, word), word);
    }
  }

  /** All words arrive at both, each once. */
  static void isHeard(Lab.Station a, Lab.Station b, List<String> words) {
    for (var family : List.of("STREAM ", "ELECT ")) {
      await().untilAsserted(() -> assertEquals(words, b.words(family + a.id)));
      await().untilAsserted(() -> assertEquals(words, a.words(family + b.id)));
    }
  }
}
