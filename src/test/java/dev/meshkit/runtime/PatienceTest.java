package dev.meshkit.runtime;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many waits, one timer. */
class PatienceTest {
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final Patience patience = new Patience();

  private String next() throws InterruptedException {
    return String.valueOf(told.poll(90, TimeUnit.SECONDS));
  }

  /** A shorter patience than that of the timer that runs is kept. */
  @Test
  void theSoonestIsToldFirst() throws Exception {
    try (var _ = patience.begin(ofHours(1), () -> told.add("late"));
        var _ = patience.begin(ofMillis(1), () -> told.add("soon"))) {
      assertEquals("soon", next());
    }
    assertTrue(told.isEmpty());
  }

  /** The timer that has run out is started anew for whoever still waits; each is told once. */
  @Test
  void eachIsToldOnce() throws Exception {
    try (var _ = patience.begin(ofMillis(1), () -> told.add("a"));
        var _ = patience.begin(ofMillis(20), () -> told.add("b"))) {
      assertEquals(List.of("a", "b"), List.of(next(), next()));
      try (var _ = patience.begin(ofMillis(1), () -> told.add("c"))) {
        assertEquals("c", next());
      }
    }
    assertTrue(told.isEmpty());
  }

  /** Of a wait that has ended nothing is kept, so that nothing can be told of it. */
  @Test
  void whatHasEndedIsForgotten() {
    var wait = patience.begin(ofHours(1), () -> told.add("ended"));
    assertEquals(1, patience.count());
    wait.close();
    assertEquals(0, patience.count());
  }

  /** One that throws keeps nobody else from being told, of the same turn or a later one. */
  @Test
  void oneThatThrowsKeepsNobodyFromBeingTold() throws Exception {
    try (var _ = patience.begin(ofMillis(1), PatienceTest::fail);
        var _ = patience.begin(ofMillis(1), () -> told.add("a"));
        var _ = patience.begin(ofMillis(20), () -> told.add("b"))) {
      assertEquals(List.of("a", "b"), List.of(next(), next()));
    }
  }

  private static void fail() {
    throw new IllegalStateException("planted");
  }
}
