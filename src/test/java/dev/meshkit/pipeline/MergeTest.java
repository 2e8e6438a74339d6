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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Several flows into one. */
class MergeTest {
  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static <T> List<Result<T>> drained(Inlet<T> sink) {
    var all = new ArrayList<Result<T>>();
    try {
      while (sink.source().take(Duration.ZERO) instanceof Source.Next.Got<T>(var one)) all.add(one);
    } catch (InterruptedException broken) {
      throw new AssertionError(broken);
    }
    return all;
  }

  /**
   * P23, T7: the sink stays open unless told otherwise; one source's end does not end the others.
   */
  @Test
  void theSinkStaysOpen() {
    var sink = Inlet.<Integer>bounded("sink", 100);
    var merged = Merge.roundRobin(Source.of(range(0, 1)), Source.of(range(10, 20))).into(sink);
    assertEquals(new Merged<>(Merged.End.SOURCES_ENDED, 11, List.of()), merged);
    assertTrue(sink.offer(99));
    assertEquals(12, drained(sink).size());
    Merge.priority(Source.of(range(0, 1))).thenClose().into(sink);
    assertFalse(sink.offer(99));
  }

  /** P25: a source that throws yields one error.source in its place, and ends alone. */
  @Test
  void aBrokenSourceEndsAlone() {
    var sink = Inlet.<Integer>bounded("sink", 100);
    var taken = new AtomicInteger();
    Source<Integer> broken =
        Source.pull(
            _ -> {
              if (taken.getAndIncrement() > 0) throw new IllegalStateException("gone");
              return new Source.Next.Got<>(Result.ok(-1));
            });
    var merged = Merge.roundRobin(broken, Source.of(range(0, 10))).into(sink);
    assertEquals(Merged.End.SOURCES_ENDED, merged.end());
    var all = drained(sink);
    assertEquals(12, all.size());
    var errors = all.stream().filter(one -> !one.isOk()).toList();
    assertEquals(1, errors.size());
    assertEquals("error.source", AllTest.error(errors.getFirst()).code());
    assertTrue(all.indexOf(Result.ok(-1)) < all.indexOf(errors.getFirst()));
    assertEquals(2, taken.get());
  }

  /** P22: never waits for one source while another has something. */
  @Test
  void anIdleSourceHoldsNobodyUp() throws Exception {
    var idle = Inlet.<Integer>bounded("idle", 1);
    var sink = Inlet.<Integer>bounded("sink", 1);
    var merged = new ArrayList<Merged<Integer>>();
    var merge = Merge.roundRobin(idle.source(), Source.of(range(0, 1_000)));
    var running = Thread.ofVirtual().start(() -> merged.add(merge.into(sink)));
    for (var i = 0; i < 1_000; i++) {
      assertEquals(new Source.Next.Got<>(Result.ok(i)), sink.source().take(Duration.ofMinutes(1)));
    }
    idle.close();
    running.join();
    assertEquals(1_000, merged.getFirst().delivered());
  }

  /** P22: weights hold within 1 % while both have something; one alone gets everything. */
  @Test
  void weightsHold() {
    var turns = Turns.byWeight();
    turns.add(3);
    turns.add(1);
    var count = new int[2];
    for (var i = 0; i < 10_000; i++) count[turns.next(0b11)]++;
    assertEquals(7_500, count[0], 75);
    for (var i = 0; i < 100; i++) assertEquals(1, turns.next(0b10));
    var after = new int[2];
    for (var i = 0; i < 4_000; i++) after[turns.next(0b11)]++;
    assertEquals(3_000, after[0], 30); // nothing was saved up meanwhile
    assertEquals(-1, turns.next(0));
  }

  /** P22: the same among three, of which the heaviest does not come all at once. */
  @Test
  void unevenWeightsHold() {
    var turns = Turns.byWeight();
    for (var weight : List.of(7, 2, 1)) turns.add(weight);
    var count = new int[3];
    for (var i = 0; i < 10_000; i++) count[turns.next(0b111)]++;
    assertEquals(List.of(7_000, 2_000, 1_000), IntStream.of(count).boxed().toList());
  }

  /** P22: the same through a running merge whose lines are all full before each choice. */
  @Test
  void weightsHoldInARunningMerge() throws Exception {
    var sink = Inlet.<Integer>bounded("sink", 1);
    var taken = List.of(new AtomicInteger(), new AtomicInteger());
    var sources = List.of(counted(0, taken.get(0)), counted(1, taken.get(1)));
    var running = Thread.ofVirtual().start(() -> Merge.weighted(sources, List.of(3, 1)).into(sink));
    var count = new int[2];
    for (var i = 0; i < 400; i++) {
      // one on its way to the sink, one in the sink, one in the line, one in the feeder's hand
      while (taken.get(0).get() + taken.get(1).get() < i + 6) Thread.onSpinWait();
      var got = sink.source().take(Duration.ofMinutes(1));
      var one = assertInstanceOf(Source.Next.Got.class, got);
      count[(Integer) ((Result<?>) one.result()).orThrow()]++;
    }
    running.interrupt();
    running.join();
    assertEquals(300, count[0], 4);
    assertTrue(taken.get(0).get() + taken.get(1).get() <= 406, "a merge reads no further ahead");
  }

  private static Source<Integer> counted(int value, AtomicInteger taken) {
    return Source.pull(
        _ -> {
          taken.incrementAndGet();
          return new Source.Next.Got<>(Result.ok(value));
        });
  }

  /**
   * P22: it does not spin: while its sources have nothing, each was asked once and none of its
   * threads runs or is about to, a thousand times one looks in a row; one that spins always does.
   * Others' threads may run as well: then one looks for longer.
   */
  @Test
  void anIdleMergeDoesNotSpin() throws Exception {
    var asked = new AtomicInteger();
    var ending = new CountDownLatch(1);
    Source<Integer> idle =
        Source.pull(
            _ -> {
              asked.incrementAndGet();
              ending.await();
              return new Source.Next.Ended<>();
            });
    Source<Integer> other =
        Source.pull(
            wait -> {
              asked.incrementAndGet();
              return ending.await(wait.toMillis(), TimeUnit.MILLISECONDS)
                  ? new Source.Next.Ended<>()
                  : new Source.Next.Nothing<>();
            });
    var sink = Inlet.<Integer>bounded("sink", 1);
    var merge = Thread.ofVirtual().start(() -> Merge.roundRobin(idle, other).into(sink));
    Awaitility.await().until(() -> asked.get() == 2 && Threads.areQuiet());
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> quietLooks(1_000) == 1_000);
    ending.countDown();
    merge.join();
    assertEquals(2, asked.get());
  }

  /** In how many of so many looks, up to the first that was not, all threads were quiet. */
  private static int quietLooks(int most) {
    var quiet = 0;
    while (quiet < most && Threads.areQuiet()) quiet++;
    return quiet;
  }

  /** P22: reading ahead keeps each source's order, and is as far as was asked for. */
  @Test
  void aMergeReadsAsFarAheadAsItMay() throws Exception {
    var taken = new AtomicInteger();
    var sink = Inlet.<Integer>bounded("sink", 1);
    var merge = Merge.roundRobin(counted(7, taken)).ahead(16);
    var running = Thread.ofVirtual().start(() -> merge.into(sink));
    // 16 in the line, one in the feeder's hand; what went on to the sink need not be replaced yet
    var soon = Awaitility.await().atMost(Duration.ofSeconds(20));
    soon.until(() -> taken.get() >= 17 && Threads.areQuiet());
    running.interrupt();
    running.join();
    assertTrue(taken.get() <= 19, "with one in the sink and one on its way: " + taken);
    assertThrows(IllegalArgumentException.class, () -> merge.ahead(0));
    var all = Inlet.<Integer>bounded("all", 1_000);
    Merge.roundRobin(Source.of(range(0, 300)), Source.of(range(500, 800))).ahead(64).into(all);
    var came = drained(all).stream().map(Result::orThrow).toList();
    assertEquals(range(0, 300), came.stream().filter(i -> i < 500).toList());
    assertEquals(range(500, 800), came.stream().filter(i -> i >= 500).toList());
  }

  /**
   * P24, P22: a sink closed or a caller interrupted at a random element, or while the sink is full:
   * what was delivered, what comes back, and what is left in the sources are all there was, once,
   * in order per source.
   */
  @Test
  void nothingIsLostOrDoubled() {
    Rounds.of(Rounds.MANY, chance -> cutShort(chance, CutShort.drawn(chance)));
  }

  /** How a round goes: what ends the merge, at which element, and how far its reader reads. */
  private record CutShort(boolean byClosing, int atElement, int reads, int capacity) {
    static CutShort drawn(RandomGenerator chance) {
      return new CutShort(
          chance.nextBoolean(),
          chance.nextInt(13),
          chance.nextInt(4) == 0 ? chance.nextInt(10) : 99,
          1 + chance.nextInt(3));
    }
  }

  private static void cutShort(RandomGenerator chance, CutShort how) throws InterruptedException {
    var sink = Inlet.<Integer>bounded("sink", how.capacity());
    var came = new ArrayList<Merged<Integer>>();
    var caller = new AtomicReference<>(Thread.currentThread());
    var taken = new AtomicInteger();
    Runnable cut =
        () -> {
          if (how.byClosing()) sink.close();
          else caller.get().interrupt();
        };
    var sources =
        List.of(cutting(range(0, 6), taken, how, cut), cutting(range(10, 14), taken, how, cut));
    var merge =
        chance.nextBoolean()
            ? Merge.weighted(sources, List.of(2, 1))
            : Merge.roundRobin(sources.get(0), sources.get(1)).ahead(1 + chance.nextInt(4));
    caller.set(
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  came.add(merge.into(sink));
                  sink.close(); // for the reader
                }));
    caller.get().start();
    var all = read(sink, how.reads());
    if (all.size() == how.reads()) cut.run(); // nobody reads on: the sink may be full for ever
    caller.get().join();
    all.addAll(drained(sink));
    assertEquals(came.getFirst().delivered(), all.size());
    all.addAll(came.getFirst().undelivered());
    for (var source : sources) source.stream().forEach(all::add);
    var values = all.stream().map(Result::orThrow).toList();
    assertEquals(range(0, 6), values.stream().filter(i -> i < 10).toList());
    assertEquals(range(10, 14), values.stream().filter(i -> i >= 10).toList());
  }

  /** These elements, in order; the one that is taken as the so-manieth of all cuts the merge. */
  private static Source<Integer> cutting(
      List<Integer> elements, AtomicInteger taken, CutShort how, Runnable cut) {
    var left = elements.iterator();
    return Source.pull(
        _ -> {
          if (taken.getAndIncrement() == how.atElement()) cut.run();
          return left.hasNext()
              ? new Source.Next.Got<>(Result.ok(left.next()))
              : new Source.Next.Ended<>();
        });
  }

  /** Reads so many, or all there are until the sink is closed. */
  private static List<Result<Integer>> read(Inlet<Integer> sink, int most)
      throws InterruptedException {
    var all = new ArrayList<Result<Integer>>();
    while (all.size() < most
        && sink.source().take(Duration.ofMinutes(1)) instanceof Source.Next.Got<Integer>(var one)) {
      all.add(one);
    }
    return all;
  }

  /** P24: an interrupted caller keeps its interrupt. */
  @Test
  void anInterruptStaysSet() {
    var sink = Inlet.<Integer>bounded("sink", 1);
    var started = new CountDownLatch(1);
    Source<Integer> endless =
        Source.pull(
            _ -> {
              started.countDown();
              new CountDownLatch(1).await();
              return new Source.Next.Ended<>();
            });
    Thread.currentThread().interrupt();
    var merged = Merge.roundRobin(endless).into(sink);
    assertTrue(Thread.interrupted());
    assertEquals(new Merged<>(Merged.End.INTERRUPTED, 0, List.of()), merged);
  }
}
