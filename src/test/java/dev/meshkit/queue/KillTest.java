package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.store.ChildJvm;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q1, Q15, Q34: a process under load is killed at twenty seeded instants. The oracle is what it
 * said before it died: nothing acknowledged is lost, nothing is settled twice, attempts only grow,
 * and what a message did is there exactly if its mark is.
 */
@Timeout(300)
class KillTest {
  private static final int KILLS = 20;

  @TempDir Path directory;

  private final Set<Long> accepted = new HashSet<>();
  private final Set<Long> settling = new HashSet<>();
  private final Set<Long> settled = new HashSet<>();
  private final Map<Long, Integer> attempts = new HashMap<>();
  private final Set<Long> applied = new HashSet<>();

  @Test
  void whatWasAcknowledgedSurvivesTwentyKills() throws Exception {
    var random = new SplittableRandom(20);
    for (var kill = 0; kill < KILLS; kill++) {
      try (var child = ChildJvm.start("", QueueChild.class, directory.toString())) {
        // an instant: after so many lines of what happened
        for (var lines = random.nextInt(5, 400); lines > 0; lines--) hear(child);
        child.kill();
        for (var rest = child.line(); rest.isPresent(); rest = child.line()) hear(rest.get());
        child.await();
      }
    }
    try (var store = StoreFixture.open(directory)) {
      check(store);
    }
    assertTrue(accepted.size() > 100 && settled.size() > 50, accepted.size() + " accepted");
  }

  private void check(Store store) throws InterruptedException {
    var live = new HashSet<>(numbers(store, "SELECT seq FROM task"));
    var lost = new HashSet<>(accepted);
    lost.removeAll(live);
    lost.removeAll(settling); // told to go: it may have gone before its worker heard
    assertEquals(Set.of(), lost, "acknowledged and lost");
    var back = new HashSet<>(settled);
    back.retainAll(live);
    assertEquals(Set.of(), back, "settled and there again");
    assertEquals(List.of(0L), numbers(store, "SELECT count(*) FROM dead"));
    var got = numbers(store, "SELECT n FROM app_got ORDER BY n");
    assertEquals(got.stream().distinct().toList(), got, "applied twice");
    assertTrue(got.containsAll(applied), "applied and lost");
    assertEquals(List.of((long) got.size()), numbers(store, "SELECT hi FROM inbox"));
    assertEquals(List.of(0L), numbers(store, "SELECT length(missing) FROM inbox"));
  }

  private void hear(ChildJvm child) throws IOException {
    hear(child.line().orElseThrow(() -> new AssertionError("the process ended by itself")));
  }

  /** One line; the last one before a kill may be cut, and says nothing then. */
  private void hear(String line) {
    var words = line.split(" ", -1);
    if (words.length < 2) return;
    var number = Long.parseLong(words[1]);
    switch (words[0]) {
      case "E" -> assertTrue(accepted.add(number), "number given twice: " + number);
      case "S" -> settling.add(number);
      case "A" -> assertTrue(settled.add(number), "settled twice: " + number);
      case "I" -> applied.add(number);
      case "L" -> {
        assertFalse(settled.contains(number), "leased after it was settled: " + number);
        var attempt = Integer.parseInt(words[2]);
        var before = attempts.put(number, attempt);
        assertTrue(before == null || before < attempt, "attempt not charged: " + number);
      }
      default -> throw new AssertionError(line);
    }
  }

  private static List<Long> numbers(Store store, String sql) throws InterruptedException {
    return store.read(reading -> reading.query(sql, row -> row.getLong(1))).orThrow();
  }
}
