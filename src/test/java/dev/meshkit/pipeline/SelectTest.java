package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Several sources, one reader. */
class SelectTest {
  private final Given.Clock clock = new Given.Clock();

  private static Duration ms(long ms) {
    return Duration.ofMillis(ms);
  }

  /** P16, T1: the slower timer fires though a faster ticker always comes before it. */
  @Test
  void aFasterTickerDoesNotBeatTheTimer() throws Exception {
    var select = Select.open(clock);
    var beat = select.ticker("beat", ms(30));
    var election = select.timer("election");
    var beats = new ArrayList<Instant>();
    var campaigns = new ArrayList<Instant>();
    var cases =
        select
            .<Boolean>cases()
            .on(beat, _ -> Result.ok(beats.add(clock.instant())))
            .on(election, _ -> Result.ok(campaigns.add(clock.instant())));
    election.reset(ms(70));
    var due = Instant.EPOCH.plusMillis(70);
    for (var i = 0; i < 1_000; i++) {
      while (cases.next(Duration.ZERO) instanceof Chosen.Handled) {
        // on, until nothing is due any more
      }
      if (!campaigns.isEmpty() && campaigns.getLast().equals(clock.instant())) {
        assertEquals(due, clock.instant());
        election.reset(ms(70));
        due = clock.instant().plusMillis(70);
      }
      clock.go(ms(10));
    }
    assertEquals(333, beats.size());
    for (var i = 0; i < beats.size(); i++) {
      assertEquals(Instant.EPOCH.plusMillis(30L * (i + 1)), beats.get(i));
    }
    assertEquals(10_000 / 70, campaigns.size());
  }

  /** P16, T2: a reset postpones; a cancel before delivery wins. */
  @Test
  void aResetPostponesAndACancelWins() throws Exception {
    var select = Select.open(clock);
    var timer = select.timer("election");
    var fired = new AtomicInteger();
    var cases = select.<Integer>cases().on(timer, _ -> Result.ok(fired.incrementAndGet()));
    timer.reset(ms(10));
    clock.go(ms(9));
    timer.reset(ms(10));
    clock.go(ms(9));
    assertInstanceOf(Chosen.Idle.class, cases.next(Duration.ZERO));
    clock.go(ms(1));
    timer.cancel();
    assertInstanceOf(Chosen.Idle.class, cases.next(Duration.ZERO));
    timer.reset(ms(1));
    clock.go(ms(1));
    assertEquals(new Chosen.Handled<>(Result.ok(1)), cases.next(Duration.ZERO));
    timer.stop();
    assertInstanceOf(Chosen.Drained.class, cases.next(Duration.ZERO));
  }

  /** P17: at most one element a call; the others keep theirs; interrupted it takes nothing. */
  @Test
  void aMillionOperationsAgreeWithTheModel() throws Exception {
    var chance = new Random(17);
    for (var epoch = 0; epoch < 100; epoch++) agree(chance);
  }

  private void agree(Random chance) throws InterruptedException {
    var select = Select.open(clock);
    var model = new ArrayList<ArrayDeque<Integer>>();
    var inlets = new ArrayList<Inlet<Integer>>();
    var cases = select.<int[]>cases();
    for (var i = 0; i < 3; i++) {
      var place = i;
      model.add(new ArrayDeque<>());
      inlets.add(select.inlet("i" + i, 4));
      cases.on(inlets.get(i), one -> Result.ok(new int[] {place, one}));
    }
    for (var op = 0; op < 10_000; op++) {
      var place = chance.nextInt(3);
      if (chance.nextBoolean()) {
        var fits = model.get(place).size() < 4;
        assertEquals(fits, inlets.get(place).offer(op));
        if (fits) model.get(place).add(op);
      } else if (chance.nextInt(16) == 0) {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> cases.next(ms(1)));
      } else {
        take(cases, model);
      }
    }
    inlets.forEach(Inlet::close);
    assertFalse(inlets.getFirst().offer(1));
    while (model.stream().anyMatch(line -> !line.isEmpty())) take(cases, model);
    assertInstanceOf(Chosen.Drained.class, cases.next(Duration.ZERO));
  }

  private static void take(Cases<int[]> cases, List<ArrayDeque<Integer>> model)
      throws InterruptedException {
    switch (cases.next(Duration.ZERO)) {
      case Chosen.Handled<int[]>(var got) -> {
        var pair = got.orThrow();
        assertEquals(model.get(pair[0]).poll(), pair[1]);
      }
      case Chosen.Idle<int[]> _ -> assertTrue(model.stream().allMatch(ArrayDeque::isEmpty));
      case Chosen.Drained<int[]> _ -> throw new AssertionError("drained though open");
    }
  }

  /** P17: 10,000 rounds of writers and an interrupted reader: nothing lost, nothing doubled. */
  @Test
  void anInterruptedReaderLosesNothing() throws Exception {
    var chance = new Random(170);
    var before = Given.virtualThreads();
    for (var round = 0; round < Given.ROUNDS; round++) {
      var select = Select.open();
      var got = new ArrayList<Integer>();
      Inlet<Integer> one = select.inlet("one", 1);
      Inlet<Integer> two = select.inlet("two", 2);
      var cases =
          select
              .<Boolean>cases()
              .on(one, i -> Result.ok(got.add(i)))
              .on(two, i -> Result.ok(got.add(i)));
      var writers = List.of(writer(one, 0), writer(two, 3));
      var reader = Thread.ofVirtual().start(() -> readAll(cases));
      for (var spin = chance.nextInt(100); spin > 0; spin--) Thread.onSpinWait();
      reader.interrupt();
      reader.join();
      var closer = Thread.ofVirtual().start(() -> close(writers, one, two));
      readAll(cases);
      closer.join();
      assertEquals(List.of(0, 1, 2, 3, 4, 5), got.stream().sorted().toList());
    }
    assertEquals(before, RaceTest.settledThreads(before));
  }

  private static Thread writer(Inlet<Integer> inlet, int from) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                for (var i = 0; i < 3; i++) inlet.put(from + i);
              } catch (InterruptedException broken) {
                throw new AssertionError(broken);
              }
            });
  }

  private static void close(List<Thread> writers, Inlet<?>... inlets) {
    try {
      for (var writer : writers) writer.join();
      for (var inlet : inlets) inlet.close();
    } catch (InterruptedException broken) {
      throw new AssertionError(broken);
    }
  }

  private static void readAll(Cases<Boolean> cases) {
    try {
      while (cases.next(Duration.ofMinutes(1)) instanceof Chosen.Handled) {
        // on
      }
    } catch (InterruptedException _) {
      // nothing was taken
    }
  }

  /** P18: a million selects over an idle and a busy inlet leave memory where it was. */
  @Test
  void aMillionSelectsLeaveNothing() throws Exception {
    var select = Select.open();
    Inlet<Integer> idle = select.inlet("idle", 8);
    Inlet<Integer> busy = select.inlet("busy", 8);
    var cases = select.<Integer>cases().on(idle, Result::ok).on(busy, Result::ok);
    var before = CompensationTest.used();
    for (var i = 0; i < 1_000_000; i++) {
      if (i % 2 == 0) busy.put(i);
      cases.next(Duration.ZERO);
      if (i % 1_000 == 0) cases.next(Duration.ofNanos(1));
    }
    assertTrue(CompensationTest.used() - before < 1 << 20);
    assertTrue(idle.offer(1));
  }

  /** P19: a flood delays a timer by no more than one handler, and starves no quiet inlet. */
  @Test
  void aFloodStarvesNobody() throws Exception {
    var select = Select.open(clock);
    Inlet<Integer> urgent = select.inlet("urgent", 8);
    Inlet<Integer> quiet = select.inlet("quiet", 8);
    Inlet<Integer> other = select.inlet("other", 8);
    var timer = select.timer("timer");
    var served = new ArrayList<String>();
    var cases =
        select
            .<Boolean>cases()
            .on(urgent, 0, _ -> Result.ok(served.add("urgent")))
            .on(quiet, 5, _ -> Result.ok(served.add("quiet")))
            .on(other, 5, _ -> Result.ok(served.add("other")))
            .on(timer, -1, _ -> Result.ok(served.add("timer")));
    for (var round = 0; round < 100; round++) {
      served.clear();
      quiet.put(1);
      other.put(1);
      for (var i = 0; i < 64; i++) {
        urgent.offer(1);
        cases.next(Duration.ZERO);
      }
      assertTrue(served.contains("quiet") && served.contains("other"), "starved: " + served);
    }
    timer.reset(Duration.ZERO);
    cases.next(Duration.ZERO);
    assertEquals("timer", served.getLast());
  }

  /** P20: Idle at once; a failure after the elements before it, once; then Drained. */
  @Test
  void aFailureComesAfterWhatWasBeforeIt() throws Exception {
    var select = Select.open(clock);
    Inlet<Integer> inlet = select.inlet("inlet", 2);
    var cases = select.<Integer>cases().on(inlet, Result::ok);
    assertInstanceOf(Chosen.Idle.class, cases.next(Duration.ZERO));
    inlet.put(1);
    inlet.put(2);
    inlet.fail(Given.error("broken"));
    inlet.fail(Given.error("again"));
    assertFalse(inlet.put(3));
    assertEquals(new Chosen.Handled<>(Result.ok(1)), cases.next(Duration.ZERO));
    assertEquals(new Chosen.Handled<>(Result.ok(2)), cases.next(Duration.ZERO));
    assertEquals(new Chosen.Handled<>(Given.err("broken")), cases.next(Duration.ZERO));
    assertInstanceOf(Chosen.Drained.class, cases.next(Duration.ofDays(1)));
  }

  /** P21: no drift, missed ticks counted in one, period ≤ 0 refused, stop ends it. */
  @Test
  void aTickerDoesNotDrift() throws Exception {
    var ticks = Ticker.every(ms(10), clock);
    var chance = new Random(21);
    var told = 0L;
    assertInstanceOf(Source.Next.Nothing.class, ticks.take(Duration.ZERO));
    while (told < 1_000_000) {
      clock.go(Duration.ofNanos(chance.nextInt(40_000_000)));
      while (ticks.take(Duration.ZERO)
          instanceof Source.Next.Got<Ticker.Tick>(Result.Ok<Ticker.Tick>(var tick))) {
        told += 1 + tick.missed();
      }
      assertEquals(Duration.between(Instant.EPOCH, clock.instant()).dividedBy(ms(10)), told);
    }
    ticks.close();
    assertInstanceOf(Source.Next.Ended.class, ticks.take(Duration.ofDays(1)));
    assertThrows(IllegalArgumentException.class, () -> Ticker.every(Duration.ZERO));
  }

  /** P35, T12: a full inlet says no, or makes its writer wait until there is room or it closes. */
  @Test
  void aFullInletBlocksItsWriter() throws Exception {
    assertThrows(IllegalArgumentException.class, () -> Inlet.bounded("none", 0));
    var inlet = Inlet.<Integer>bounded("one", 1);
    assertTrue(inlet.put(1));
    assertFalse(inlet.offer(2));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> inlet.put(2));
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
}
