package dev.meshkit.runtime;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.runtime.Fanout.Round;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Asks that outlive their interruption, and what is decided by none of them. */
@Timeout(60) // a caller that nobody wakes would wait for ever
class FanoutTest {
  /** The first number that is not zero. */
  private record First(int number, int replies) implements Tally<Integer, First> {
    static final First NONE = new First(0, 0);

    @Override
    public First with(Integer reply) {
      return new First(reply, replies + 1);
    }

    @Override
    public First without(Throwable failure) {
      return new First(number, replies + 1);
    }

    @Override
    public boolean decided() {
      return number != 0;
    }
  }

  private final ConcurrentLinkedQueue<Integer> slow = new ConcurrentLinkedQueue<>();
  private final AtomicInteger interruptions = new AtomicInteger();
  private final Thread caller = Thread.currentThread();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch told = new CountDownLatch(1);

  private Round round(Duration timeout) {
    return new Round(
        "test",
        timeout,
        ofMillis(1),
        place -> {
          slow.add(place);
          told.countDown();
        });
  }

  /** Ends when it has been told of, however often it is interrupted; else so late that it shows. */
  private int stubborn() {
    begun.countDown();
    while (true) {
      try {
        var _ = told.await(20, TimeUnit.SECONDS);
        return 0;
      } catch (InterruptedException _) {
        interruptions.incrementAndGet();
      }
    }
  }

  /** Decides when the caller has parked, so that it has to be woken. */
  private int afterItHasBegun() throws InterruptedException {
    begun.await();
    awaitParked(caller);
    return 7;
  }

  private static void awaitParked(Thread caller) {
    while (caller.getState() != Thread.State.WAITING) Thread.onSpinWait();
  }

  /** P5: a fork whose turn comes after the decision does not begin. */
  @Test
  void whoHasNotBegunWhenItIsOverDoesNotBegin() throws Exception {
    List<Callable<Integer>> asks = List.of(this::stubborn);
    var forks = new Forks<Integer>(round(Round.FOREVER), asks);
    forks.end();
    assertNull(forks.all().getFirst().call());
    assertEquals(1, begun.getCount());
  }

  /** P5: a fork that goes on after the decision is interrupted once, told of once, awaited. */
  @Test
  void whoGoesOnAfterTheDecisionIsToldOfAndAwaited() throws Exception {
    List<Callable<Integer>> asks = List.of(this::stubborn, this::afterItHasBegun);
    assertEquals(new First(7, 1), Fanout.gather(round(Round.FOREVER), First.NONE, asks));
    assertEquals(List.of(0), List.copyOf(slow));
    assertEquals(1, interruptions.get());
  }

  /** P10: the same after the timeout; what it yields then changes nothing. */
  @Test
  void whoGoesOnAfterTheTimeoutIsToldOfAndAwaited() throws Exception {
    List<Callable<Integer>> asks = List.of(this::stubborn);
    assertEquals(First.NONE, Fanout.gather(round(ofMillis(1)), First.NONE, asks));
    if (begun.getCount() == 0) assertEquals(List.of(0), List.copyOf(slow)); // else it never began
  }

  /** P14: the same when the caller is interrupted, whose interruption comes out afterwards. */
  @Test
  void whoGoesOnAfterTheCallersInterruptionIsToldOfAndAwaited() {
    Callable<Integer> cutting =
        () -> {
          begun.await();
          caller.interrupt();
          return 0;
        };
    List<Callable<Integer>> asks = List.of(this::stubborn, cutting);
    var cut =
        assertThrows(
            InterruptedException.class,
            () -> Fanout.gather(round(Round.FOREVER), First.NONE, asks));
    assertEquals(List.of(), List.of(cut.getSuppressed()), "the caller did nothing wrong");
    assertEquals(List.of(0), List.copyOf(slow));
    assertEquals(1, interruptions.get());
    assertFalse(Thread.interrupted(), "it came out as the exception");
  }

  /** Everyone replied and nothing is decided: that ends it too, for a caller that has parked. */
  @Test
  void itEndsUndecidedWhenEveryoneHasReplied() throws Exception {
    Callable<Integer> late =
        () -> {
          awaitParked(caller);
          return 0;
        };
    List<Callable<Integer>> asks = List.of(late, () -> 0, () -> 0);
    assertEquals(new First(0, 3), Fanout.gather("test", First.NONE, asks));
  }

  /** P14: a timed round ends with its decision, long before its timeout. */
  @Test
  void aTimedRoundEndsWithItsDecision() throws Exception {
    Callable<Integer> waiting =
        () -> {
          new CountDownLatch(1).await();
          return 0;
        };
    List<Callable<Integer>> asks = List.of(waiting, () -> 7);
    var began = System.nanoTime();
    assertEquals(7, Fanout.gather("test", ofSeconds(3600), First.NONE, asks).number());
    assertTrue(System.nanoTime() - began < ofSeconds(60).toNanos());
  }

  /** A platform thread that yields waits for whatever else the machine runs: it parks at once. */
  @Test
  void onlyAVirtualCallerYields() {
    assertEquals(0, Forks.yields(Thread.ofPlatform().unstarted(() -> {})));
    assertTrue(Forks.yields(Thread.ofVirtual().unstarted(() -> {})) > 0);
  }
}
