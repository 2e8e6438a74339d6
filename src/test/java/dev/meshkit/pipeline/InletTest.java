package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** P35: a bounded line, and what its bound means. */
class InletTest {
  /** P35, T12: a full inlet says no, or makes its writer wait until there is room or it closes. */
  @Test
  void aFullInletBlocksItsWriter() throws Exception {
    assertThrows(IllegalArgumentException.class, () -> Inlet.bounded("none", 0));
    var inlet = Inlet.<Integer>bounded("one", 1);
    assertTrue(inlet.put(1));
    assertFalse(inlet.offer(2));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> inlet.put(2)); // and 2 was not added
    var told = new ArrayList<Boolean>();
    var writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    told.add(inlet.put(3));
                    told.add(inlet.put(4));
                  } catch (InterruptedException broken) {
                    throw new AssertionError(broken);
                  }
                });
    var source = inlet.source();
    assertEquals(new Source.Next.Got<>(Result.ok(1)), source.take(Duration.ofMinutes(1)));
    org.awaitility.Awaitility.await().until(() -> writer.getState() == Thread.State.WAITING);
    source.close();
    writer.join();
    assertEquals(List.of(true, false), told);
    assertEquals(new Source.Next.Got<>(Result.ok(3)), source.take(Duration.ZERO));
    assertInstanceOf(Source.Next.Ended.class, source.take(Duration.ZERO));
  }

  /** P35: each of many writers that wait for one place gets it in the end, interrupted or not. */
  @Test
  void nobodyWhoWaitsForRoomIsForgotten() throws Exception {
    var inlet = Inlet.<Integer>bounded("one", 1);
    var added = new AtomicInteger();
    var writers = new ArrayList<Thread>();
    for (var w = 0; w < 8; w++) {
      writers.add(Thread.ofVirtual().start(() -> added.addAndGet(puts(inlet, 2_000))));
    }
    var ends = Thread.ofVirtual().start(() -> closeAfter(writers, inlet));
    var source = inlet.source();
    var taken = 0;
    var next = source.take(Duration.ofSeconds(20));
    for (; next instanceof Source.Next.Got<Integer>; next = source.take(Duration.ofSeconds(20))) {
      if (++taken % 10 == 0) writers.get(taken % 8).interrupt();
    }
    assertInstanceOf(Source.Next.Ended.class, next);
    ends.join();
    assertEquals(added.get(), taken);
    assertEquals(16_000, taken);
  }

  private static int puts(Inlet<Integer> inlet, int times) {
    var added = 0;
    while (added < times) {
      try {
        if (inlet.put(added)) added++;
      } catch (InterruptedException _) {
        Thread.onSpinWait(); // it was not added: once more
      }
    }
    return added;
  }

  private static void closeAfter(List<Thread> writers, Inlet<Integer> inlet) {
    try {
      for (var writer : writers) writer.join();
    } catch (InterruptedException broken) {
      throw new AssertionError(broken);
    }
    inlet.close();
  }

  /** P26: who gives up the oldest and who reads never both have it, nor neither. */
  @Test
  void theOldestIsReadOrGivenUp() throws Exception {
    var inlet = Inlet.<Integer>bounded("four", 4);
    var elements = 200_000;
    var given = new AtomicInteger();
    var writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (var i = 0; i < elements; i++) given.addAndGet(inlet.force(Result.ok(i)));
                  inlet.close();
                });
    var source = inlet.source();
    var taken = 0;
    var last = -1;
    while (source.take(Duration.ofMinutes(1)) instanceof Source.Next.Got<Integer>(var one)) {
      assertTrue(one.orThrow() > last, one + " after " + last);
      last = one.orThrow();
      taken++;
    }
    writer.join();
    assertEquals(elements - 1, last);
    assertEquals(elements, taken + given.get());
  }
}
