package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
  void aMillionOperationsAgreeWithTheModel() {
    Rounds.of(Rounds.MANY, this::agree);
  }

  private void agree(RandomGenerator chance) throws InterruptedException {
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
    for (var op = 0; op < 100; op++) {
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

  /**
   * P17: 10,000 rounds of two writers and a reader that is interrupted at random points: while it
   * waits, before it begins to, and inside a handler. Nothing is lost, nothing doubled, the order
   * within an inlet kept.
   */
  @Test
  void anInterruptedReaderLosesNothing() {
    Rounds.of(Rounds.MANY, SelectTest::interruptedReading);
  }

  private static void interruptedReading(RandomGenerator chance) throws InterruptedException {
    var select = Select.open();
    var reading = new Reading(chance.nextInt(8));
    Inlet<Integer> one = select.inlet("one", 1 + chance.nextInt(2));
    Inlet<Integer> two = select.inlet("two", 1 + chance.nextInt(2));
    var cases = select.<Boolean>cases().on(one, reading::got).on(two, reading::got);
    var reader = Thread.ofVirtual().start(() -> reading.untilDrained(cases));
    var nudges = IntStream.range(0, 8).mapToObj(_ -> chance.nextInt(4) == 0).toList();
    var writers =
        List.of(
            writer(one, 0, nudges.subList(0, 4), reader),
            writer(two, 4, nudges.subList(4, 8), reader));
    for (var writer : writers) writer.join();
    one.close();
    two.close();
    reader.join();
    assertEquals(List.of(0, 1, 2, 3), reading.got.stream().filter(i -> i < 4).toList());
    assertEquals(List.of(4, 5, 6, 7), reading.got.stream().filter(i -> i >= 4).toList());
    assertTrue(reading.interruptions > 0, "the handler's own interruption is always felt");
  }

  /** Reads on through every interruption, one of which is its own. Confined to its thread. */
  private static final class Reading {
    final List<Integer> got = new ArrayList<>();
    final int interruptsItselfAt;
    int interruptions;

    Reading(int interruptsItselfAt) {
      this.interruptsItselfAt = interruptsItselfAt;
    }

    Result<Boolean> got(int element) {
      if (got.size() == interruptsItselfAt) Thread.currentThread().interrupt();
      return Result.ok(got.add(element));
    }

    void untilDrained(Cases<Boolean> cases) {
      while (true) {
        try {
          if (cases.next(Duration.ofMinutes(1)) instanceof Chosen.Drained) return;
        } catch (InterruptedException _) {
          interruptions++;
        }
      }
    }
  }

  /** Puts four, and interrupts the reader before those that say so. */
  private static Thread writer(
      Inlet<Integer> inlet, int from, List<Boolean> nudges, Thread reader) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                for (var i = 0; i < 4; i++) {
                  if (nudges.get(i)) reader.interrupt();
                  inlet.put(from + i);
                }
              } catch (InterruptedException broken) {
                throw new AssertionError(broken);
              }
            });
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
      if (i % 50 == 0) cases.next(Duration.ofNanos(1)); // waits for real
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

  /** P19: within one priority round robin, from the one after the last served. */
  @Test
  void equalsTakeTurns() throws Exception {
    var select = Select.open(clock);
    var served = new ArrayList<Integer>();
    var cases = select.<Boolean>cases();
    for (var i = 0; i < 3; i++) {
      var place = i;
      Inlet<Integer> inlet = select.inlet("i" + i, 8);
      for (var n = 0; n < 3; n++) inlet.put(n);
      cases.on(inlet, _ -> Result.ok(served.add(place)));
    }
    while (cases.next(Duration.ZERO) instanceof Chosen.Handled) {
      // all there is
    }
    assertEquals(List.of(0, 1, 2, 0, 1, 2, 0, 1, 2), served);
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

  /** P19: by itself a timer or a ticker goes before an inlet that has something. */
  @Test
  void momentsGoBeforeElements() throws Exception {
    var select = Select.open(clock);
    Inlet<Integer> busy = select.inlet("busy", 2);
    var timer = select.timer("timer");
    var ticker = select.ticker("ticker", ms(10));
    var served = new ArrayList<String>();
    var cases =
        select
            .<Boolean>cases()
            .on(busy, _ -> Result.ok(served.add("element")))
            .on(timer, _ -> Result.ok(served.add("timer")))
            .on(ticker, _ -> Result.ok(served.add("tick")));
    busy.put(1);
    timer.reset(ms(10));
    clock.go(ms(10));
    for (var i = 0; i < 3; i++) cases.next(Duration.ZERO);
    assertEquals(List.of("timer", "tick", "element"), served);
  }

  /** P16, P21: what was reset, cancelled or stopped since one looked is not delivered. */
  @Test
  void aPollLooksAgain() {
    var select = Select.open(clock);
    var timer = select.timer("timer");
    timer.reset(ms(10));
    clock.go(ms(10));
    var now = clock.instant();
    assertTrue(timer.isReady(now));
    timer.reset(ms(10));
    assertNull(timer.poll(now));
    clock.go(ms(10));
    assertNotNull(timer.poll(clock.instant()));
    var ticker = select.ticker("ticker", ms(10));
    clock.go(ms(10));
    assertTrue(ticker.isReady(clock.instant()));
    ticker.stop();
    assertNull(ticker.poll(clock.instant()));
  }

  /** P16, P21: a reset and a stop wake the reader that waits for something else. */
  @Test
  @Timeout(60) // it would wait for ever
  void aWaitingReaderIsWoken() throws Exception {
    var select = Select.open();
    var timer = select.timer("timer");
    var ticker = select.ticker("ticker", Duration.ofDays(1));
    var cases = select.<String>cases().on(timer, _ -> Result.ok("fired"));
    var came = new ConcurrentLinkedQueue<Object>();
    var reader = Thread.ofVirtual().start(() -> came.add(next(cases)));
    Awaitility.await().until(Threads::areQuiet);
    timer.reset(Duration.ZERO);
    reader.join();
    cases.on(ticker, _ -> Result.ok("ticked"));
    reader = Thread.ofVirtual().start(() -> came.add(next(cases)));
    Awaitility.await().until(Threads::areQuiet);
    ticker.stop();
    timer.stop();
    reader.join();
    var second = Select.open();
    var alone = second.ticker("alone", Duration.ofDays(1));
    var ticks = second.<String>cases().on(alone, _ -> Result.ok("ticked"));
    reader = Thread.ofVirtual().start(() -> came.add(next(ticks)));
    Awaitility.await().until(Threads::areQuiet);
    alone.stop();
    reader.join();
    var drained = new Chosen.Drained<String>();
    var fired = new Chosen.Handled<>(Result.ok("fired"));
    assertEquals(List.of(fired, drained, drained), List.copyOf(came));
  }

  private static Chosen<String> next(Cases<String> cases) {
    try {
      return cases.next(Duration.ofDays(1));
    } catch (InterruptedException broken) {
      throw new AssertionError(broken);
    }
  }

  /** P17: a port of another select is refused, and so is the 65th. */
  @Test
  void thereAreOnlySoManyPortsOfItsOwn() {
    var select = Select.open(clock);
    var cases = select.<Integer>cases();
    var foreign = Select.open(clock).timer("foreign");
    assertThrows(IllegalArgumentException.class, () -> cases.on(foreign, _ -> Result.ok(1)));
    for (var i = 0; i < 64; i++) cases.on(select.timer("t" + i), _ -> Result.ok(1));
    var more = select.timer("more");
    assertThrows(IllegalStateException.class, () -> cases.on(more, _ -> Result.ok(1)));
  }
}
