package dev.meshkit.pipeline;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P35: a bounded line, and what its bound means. */
class InletTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

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
    await().until(() -> writer.getState() == Thread.State.WAITING);
    source.close();
    writer.join();
    assertEquals(List.of(true, false), told);
    assertEquals(new Source.Next.Got<>(Result.ok(3)), source.take(Duration.ZERO));
    assertInstanceOf(Source.Next.Ended.class, source.take(Duration.ZERO));
  }

  /**
   * P35: however many writers wait for a place, interrupted or not, each gets it in the end; and
   * never more was taken from them than there is room for.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void nobodyWhoWaitsForRoomIsForgotten(int count) throws Exception {
    var inlet = Inlet.<Integer>bounded("one", 1);
    var added = new AtomicInteger();
    var writers = new ArrayList<Thread>();
    for (var w = 0; w < count; w++) {
      writers.add(Thread.ofVirtual().start(() -> puts(inlet, 16_000 / count, added)));
    }
    var ends = Thread.ofVirtual().start(() -> closeAfter(writers, inlet));
    var source = inlet.source();
    var taken = 0;
    var next = source.take(PATIENCE);
    for (; next instanceof Source.Next.Got<Integer>; next = source.take(PATIENCE)) {
      taken++;
      assertTrue(added.get() <= taken + 1, "more than there is room for");
      writers.get(taken % count).interrupt();
    }
    assertInstanceOf(Source.Next.Ended.class, next);
    ends.join();
    assertEquals(16_000, taken);
  }

  private static void puts(Inlet<Integer> inlet, int times, AtomicInteger added) {
    for (var left = times; left > 0; ) {
      try {
        if (inlet.put(left)) {
          added.incrementAndGet();
          left--;
        }
      } catch (InterruptedException _) {
        Thread.onSpinWait(); // it was not added: once more
      }
    }
  }

  /**
   * P35: a reader that wakes a writer which is just being interrupted owes the next one nothing.
   */
  @Test
  void aWakeUpOfAnInterruptedWriterIsNotCounted() throws Exception {
    var inlet = new Inlet<Integer>(new Gate(Timing.system().monotonic()), "two", 2, 0);
    var polled = new ArrayBlockingQueue<Result<Integer>>(4);
    inlet.put(1);
    inlet.put(2);
    var told = new ArrayBlockingQueue<Class<?>>(1);
    var writer = Thread.ofPlatform().start(() -> told.add(outcome(() -> inlet.put(3))));
    await().until(() -> writer.getState() == Thread.State.WAITING);
    polled.add(inlet.poll(Instant.EPOCH)); // one waits still: nobody is woken
    var free = new CountDownLatch(1);
    var holder = Thread.ofPlatform().start(() -> outcome(() -> inlet.deliverSome(none(free))));
    await().until(() -> holder.getState() == Thread.State.WAITING); // holding the lock
    var reader = Thread.ofPlatform().start(() -> polled.add(inlet.poll(Instant.EPOCH)));
    await().until(() -> reader.getState() == Thread.State.WAITING); // to wake the writer
    writer.interrupt();
    await().until(() -> writer.getState() == Thread.State.WAITING && !writer.isInterrupted());
    free.countDown();
    assertEquals(InterruptedException.class, told.take());
    reader.join();
    holder.join();
    assertTrue(inlet.offer(4) && inlet.offer(5));
    var next = Thread.ofPlatform().start(() -> outcome(() -> inlet.put(6)));
    await().until(() -> next.getState() == Thread.State.WAITING);
    polled.add(inlet.poll(Instant.EPOCH));
    polled.add(inlet.poll(Instant.EPOCH));
    assertTrue(next.join(PATIENCE), "the next writer was forgotten");
    assertEquals(List.of(1, 2, 4, 5), polled.stream().map(Result::orThrow).toList());
  }

  private static Class<?> outcome(Callable<?> call) {
    try {
      return call.call().getClass();
    } catch (Exception thrown) {
      return thrown.getClass();
    }
  }

  /** Nothing to deliver; who asks how much that is waits. */
  private static List<Result<Integer>> none(CountDownLatch free) {
    return new AbstractList<>() {
      @Override
      public Result<Integer> get(int index) {
        throw new IndexOutOfBoundsException(index);
      }

      @Override
      public int size() {
        try {
          free.await();
        } catch (InterruptedException broken) {
          throw new AssertionError(broken);
        }
        return 0;
      }
    };
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
    while (source.take(PATIENCE) instanceof Source.Next.Got<Integer>(var one)) {
      assertTrue(one.orThrow() > last, one + " after " + last);
      last = one.orThrow();
      taken++;
    }
    writer.join();
    assertEquals(elements - 1, last);
    assertEquals(elements, taken + given.get());
  }

  /** P26: with a writer that always gives up the oldest, there always is one. */
  @Test
  void whoGivesUpTheOldestNeverLeavesItEmpty() throws Exception {
    var inlet = Inlet.<Integer>bounded("one", 1);
    var stop = new AtomicBoolean();
    inlet.force(Result.ok(0));
    var writer = Thread.ofPlatform().start(() -> forces(inlet, stop));
    for (var look = 0; look < 300_000; look++) {
      assertTrue(inlet.isReady(Instant.EPOCH), "empty at look " + look);
    }
    stop.set(true);
    writer.join();
  }

  private static void forces(Inlet<Integer> inlet, AtomicBoolean stop) {
    for (var i = 1; !stop.get(); i++) inlet.force(Result.ok(i));
  }
}
