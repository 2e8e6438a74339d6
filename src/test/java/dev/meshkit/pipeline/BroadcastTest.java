package dev.meshkit.pipeline;

import static dev.meshkit.pipeline.Outlet.Rule.DETACH;
import static dev.meshkit.pipeline.Outlet.Rule.DROP_NEWEST;
import static dev.meshkit.pipeline.Outlet.Rule.DROP_OLDEST;
import static dev.meshkit.pipeline.Outlet.Rule.PARK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** P26: one flow to several. */
class BroadcastTest {
  private static List<Integer> read(Inlet<Integer> inlet) throws InterruptedException {
    var all = new ArrayList<Integer>();
    while (inlet.source().take(Duration.ZERO) instanceof Source.Next.Got<Integer>(var one)) {
      all.add(one.or(-1));
    }
    return all;
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /** P26: a slow outlet is dropped from or detached as configured, counted; the others see all. */
  @Test
  void aSlowOutletDelaysNobodyElse() throws Exception {
    var brisk = Inlet.<Integer>bounded("brisk", 100);
    var oldest = Inlet.<Integer>bounded("oldest", 3);
    var newest = Inlet.<Integer>bounded("newest", 3);
    var stalled = Inlet.<Integer>bounded("stalled", 3);
    var came =
        Broadcast.of(
                Source.of(range(0, 50)),
                Outlet.of(brisk, PARK),
                Outlet.of(oldest, DROP_OLDEST),
                Outlet.of(newest, DROP_NEWEST),
                Outlet.of(stalled, DETACH.after(Duration.ofMinutes(1))))
            .run();
    assertEquals(Broadcasted.End.SOURCE_ENDED, came.end());
    assertEquals(range(0, 50), read(brisk));
    assertEquals(range(47, 50), read(oldest));
    assertEquals(range(0, 3), read(newest));
    assertEquals(List.of(0, 1, 2, 3, 4, 5, -1), read(stalled)); // twice its capacity, the error
    assertTrue(stalled.isClosed());
    assertTrue(brisk.offer(1)); // what is left stays open
    assertEquals(
        List.of(
            new Broadcasted.Fate<>("oldest", Broadcasted.State.LIVE, 50, 47, List.of()),
            new Broadcasted.Fate<>("newest", Broadcasted.State.LIVE, 3, 47, List.of()),
            new Broadcasted.Fate<>("stalled", Broadcasted.State.DETACHED, 6, 0, List.of()),
            new Broadcasted.Fate<>("brisk", Broadcasted.State.LIVE, 50, 0, List.of())),
        came.fates());
  }

  /** P26: detached when full for its patience, also while nothing comes. */
  @Test
  void patienceEnds() throws Exception {
    var clock = new Given.Clock();
    var inlet = Inlet.<Integer>bounded("slow", 1);
    var left = new ArrayList<>(range(0, 2));
    Source<Integer> source =
        Source.pull(
            wait -> {
              if (!left.isEmpty()) return new Source.Next.Got<>(Result.ok(left.removeFirst()));
              assertEquals(Duration.ofSeconds(1), wait);
              clock.go(wait);
              return new Source.Next.Nothing<>();
            });
    var came = Broadcast.of(source, List.of(Outlet.of(inlet, DETACH)), clock).run();
    assertEquals(Broadcasted.End.NO_OUTLETS, came.end());
    assertEquals(List.of(0, 1, -1), read(inlet));
  }

  /** P26: an outlet that its reader closed is left out. */
  @Test
  void aClosedOutletIsLeftOut() throws Exception {
    var one = Inlet.<Integer>bounded("one", 10);
    var two = Inlet.<Integer>bounded("two", 10);
    two.close();
    var came =
        Broadcast.of(Source.of(range(0, 5)), Outlet.of(one, PARK), Outlet.of(two, PARK)).run();
    assertEquals(range(0, 5), read(one));
    assertEquals(Broadcasted.State.CLOSED, came.fates().getLast().state());
  }

  /** P26: what a reader got before it closed its outlet was given to it, whenever it closes it. */
  @Test
  void whatIsReadBeforeTheEndIsCounted() {
    Rounds.of(
        Rounds.MANY,
        chance -> {
          var rule = List.of(PARK, DROP_OLDEST, DROP_NEWEST, DETACH).get(chance.nextInt(4));
          var inlet = Inlet.<Integer>bounded("closing", 1 + chance.nextInt(4));
          var reads = chance.nextInt(2); // one is always there, or comes
          var got = new ArrayList<Integer>();
          var reader = Thread.ofVirtual().start(() -> readAndClose(inlet, reads, got));
          var fate = Broadcast.of(Source.of(range(0, 8)), Outlet.of(inlet, rule)).run().fates();
          reader.join();
          var given = fate.getFirst().given() - (rule.equals(DROP_OLDEST) ? dropped(fate) : 0);
          assertEquals(got.stream().filter(i -> i >= 0).count(), given, rule + " " + fate);
        });
  }

  private static long dropped(List<Broadcasted.Fate<Integer>> fates) {
    return fates.getFirst().dropped();
  }

  /** Reads so many, closes it, and takes what is left. */
  private static void readAndClose(Inlet<Integer> inlet, int reads, List<Integer> got) {
    try {
      for (var i = 0; i < reads; i++) {
        var next = inlet.source().take(Duration.ofMinutes(1));
        if (next instanceof Source.Next.Got<Integer>(var one)) got.add(one.or(-1));
      }
      inlet.close();
      got.addAll(read(inlet));
    } catch (InterruptedException broken) {
      throw new AssertionError(broken);
    }
  }

  /** P26: interrupted while parked: what each was owed comes back; nothing is lost, one order. */
  @Test
  void anInterruptedBroadcastSaysWhatItOwes() {
    Rounds.of(1_000, BroadcastTest::interrupted);
  }

  private static void interrupted(RandomGenerator chance) throws InterruptedException {
    var one = Inlet.<Integer>bounded("one", 2);
    var two = Inlet.<Integer>bounded("two", 4);
    var cutAt = chance.nextInt(4);
    var taken = new AtomicInteger();
    var left = range(0, 10).iterator();
    var caller = new AtomicReference<>(Thread.currentThread());
    Source<Integer> source =
        Source.pull(
            _ -> {
              if (taken.getAndIncrement() == cutAt) caller.get().interrupt();
              return left.hasNext()
                  ? new Source.Next.Got<>(Result.ok(left.next()))
                  : new Source.Next.Ended<>();
            });
    var came = new ArrayList<Broadcasted<Integer>>();
    var broadcast = Broadcast.of(source, Outlet.of(one, PARK), Outlet.of(two, PARK));
    caller.set(Thread.ofVirtual().unstarted(() -> came.add(broadcast.run())));
    caller.get().start();
    if (cutAt == 3) { // the third element parks it, so it never comes to a fourth
      while (caller.get().getState() != Thread.State.WAITING) Thread.onSpinWait();
      caller.get().interrupt();
    }
    caller.get().join();
    assertEquals(Broadcasted.End.INTERRUPTED, came.getFirst().end());
    var rest = source.stream().map(Result::orThrow).toList();
    var fates = came.getFirst().fates();
    assertEquals(range(0, 10), whole(read(one), fates.get(0), rest));
    assertEquals(range(0, 10), whole(read(two), fates.get(1), rest));
  }

  private static List<Integer> whole(
      List<Integer> read, Broadcasted.Fate<Integer> fate, List<Integer> rest) {
    var all = new ArrayList<>(read);
    fate.owed().forEach(one -> all.add(one.orThrow()));
    all.addAll(rest);
    return all;
  }

  /** What is done before the next element comes. */
  private record Before(int number, Act act) {
    interface Act {
      void run() throws InterruptedException;
    }
  }

  /** Elements from 0, {@code count} of them; before one of them something is done. */
  private static Source<Integer> source(int count, Before before) {
    var next = new AtomicInteger();
    return Source.pull(
        _ -> {
          var number = next.getAndIncrement();
          if (number == before.number()) before.act().run();
          return number < count
              ? new Source.Next.Got<>(Result.ok(number))
              : new Source.Next.Ended<>();
        });
  }

  /** P26: patience also ends while elements come and twice its capacity has room for them. */
  @Test
  void patienceEndsBetweenElements() throws Exception {
    var clock = new Given.Clock();
    var slow = Inlet.<Integer>bounded("slow", 4);
    var brisk = Inlet.<Integer>bounded("brisk", 10);
    var rule = DETACH.after(Duration.ofSeconds(10));
    var source = source(8, new Before(5, () -> clock.go(Duration.ofSeconds(10))));
    var came =
        Broadcast.of(source, List.of(Outlet.of(slow, rule), Outlet.of(brisk, PARK)), clock).run();
    assertEquals(Broadcasted.State.DETACHED, came.fates().getFirst().state());
    assertEquals(List.of(0, 1, 2, 3, 4, 5, -1), read(slow));
    assertEquals(range(0, 8), read(brisk));
  }

  /** P26: who has caught up has all its patience again, whether an element comes or none. */
  @Test
  void recoveryRestoresPatience() throws Exception {
    var clock = new Given.Clock();
    var slow = Inlet.<Integer>bounded("slow", 4);
    var rule = DETACH.after(Duration.ofSeconds(10));
    Before.Act recover =
        () -> {
          var _ = slow.poll(Instant.EPOCH);
          clock.go(Duration.ofSeconds(20));
        };
    var came =
        Broadcast.of(source(6, new Before(5, recover)), List.of(Outlet.of(slow, rule)), clock)
            .run();
    assertEquals(Broadcasted.State.LIVE, came.fates().getFirst().state());
    assertEquals(range(1, 6), read(slow));
    var asked = new AtomicInteger();
    Source<Integer> quiet =
        Source.pull(
            _ -> {
              var number = asked.getAndIncrement();
              if (number < 5) return new Source.Next.Got<>(Result.ok(number));
              if (number > 5) return new Source.Next.Ended<>();
              recover.run();
              return new Source.Next.Nothing<>();
            });
    var then = Broadcast.of(quiet, List.of(Outlet.of(slow, rule)), clock).run();
    assertEquals(Broadcasted.State.LIVE, then.fates().getFirst().state());
    assertEquals(range(1, 5), read(slow));
  }
}
