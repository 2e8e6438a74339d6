package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** P11: the order of what branches register while they run beside each other. */
class ConcurrentOrderTest {
  private static final int LEAVES = 6;
  private static final int EACH = 20;

  /** A registration, by one ticket counter: it happened after `before` and ahead of `after`. */
  private static final class Deed {
    final int leaf;
    final int number;
    int before;
    int after;

    Deed(int leaf, int number) {
      this.leaf = leaf;
      this.number = number;
    }
  }

  private final AtomicInteger tickets = new AtomicInteger();
  private final List<Deed> undone = new ArrayList<>(); // undone one after the other
  private final CyclicBarrier start = new CyclicBarrier(LEAVES);

  /**
   * Leaves of several nested combinators register at the same time; what was registered wholly
   * before another is undone after it, over the whole tree, and nothing is undone twice.
   */
  @Test
  void branchesThatRegisterAtOnceAreUndoneNewestFirst() throws Exception {
    var mixed = 0;
    for (var round = 0; round < 200; round++) mixed += round() ? 1 : 0;
    assertTrue(mixed > 20, "leaves ran one after the other in all but " + mixed + " rounds");
  }

  /** Whether the leaves' deeds were mixed. */
  private boolean round() throws Exception {
    var fresh = new ConcurrentOrderTest();
    var all = new ArrayList<Step<Integer>>();
    for (var leaf = 0; leaf < LEAVES; leaf++) all.add(fresh.leaf(leaf));
    Step<Integer> few = undo -> All.of(undo, all.subList(0, 2)).map(List::size);
    Step<Integer> timed = undo -> Timeout.of(undo, Duration.ofMinutes(5), all.get(2));
    Step<Integer> retried = undo -> Retry.of(undo, RetryPolicy.defaults(), all.get(3));
    Step<Integer> raced = undo -> Race.of(undo, List.of(all.get(4)));
    try (var undo = Compensation.open("root")) {
      var came = All.of(undo, List.of(few, timed, retried, raced, all.get(5)));
      assertTrue(came.isOk(), "all leaves succeed, and nothing is kept");
    }
    return fresh.isNewestFirst();
  }

  /**
   * P11: what fails by itself is undone by itself: a nested combinator leaves nothing when it
   * returns, also where a sibling's deed is newer; the sibling's goes with the rest.
   */
  @Test
  void aNestedCombinatorUndoesItsOwnPartBeforeItReturns() throws Exception {
    for (var interrupted : List.of(false, true)) {
      var log = new ConcurrentLinkedQueue<String>();
      var outer = new AtomicReference<>(Thread.currentThread());
      var older = new CountDownLatch(1);
      var newer = new CountDownLatch(1);
      Step<String> fails =
          undo -> {
            undo.onFailure("older", () -> log.add("older"));
            older.countDown();
            newer.await();
            if (!interrupted) return Given.err("fails");
            outer.get().interrupt();
            return Given.<String>forever().run(undo);
          };
      Step<String> sibling =
          undo -> {
            older.await();
            undo.onFailure("newer", () -> log.add("newer"));
            newer.countDown();
            return Given.<String>forever().run(undo);
          };
      Step<String> nested = undo -> Race.of(undo, List.of(fails));
      try (var undo = Compensation.open("root")) {
        undo.onFailure("oldest", () -> log.add("oldest"));
        assertEquals(Given.err("fails"), All.of(undo, List.of(nested, sibling)));
      } catch (InterruptedException _) {
        assertTrue(interrupted, "nobody interrupted it");
      }
      assertEquals(List.of("older", "newer", "oldest"), List.copyOf(log));
    }
  }

  /** P11: its caller may recover and go on: nothing of what failed is there by then. */
  @Test
  void whatWasRecoveredFromIsUndoneAndStaysUndone() throws Exception {
    var log = new ArrayList<String>();
    Step<String> first =
        undo -> {
          undo.onFailure("first", () -> log.add("undo first"));
          return Given.err("first");
        };
    Step<List<String>> recovering =
        undo -> {
          var came = All.of(undo, List.of(first));
          log.add("go on");
          undo.onFailure("second", () -> log.add("undo second"));
          return came.recover(_ -> Result.ok(List.of("second")));
        };
    try (var undo = Compensation.open("root")) {
      assertTrue(Timeout.of(undo, Duration.ofMinutes(5), recovering).isOk(), "it recovered");
      assertEquals(List.of("undo first", "go on"), log);
    }
    assertEquals(List.of("undo first", "go on", "undo second"), log);
  }

  private Step<Integer> leaf(int leaf) {
    return undo -> {
      await(start);
      for (var number = 0; number < EACH; number++) {
        var deed = new Deed(leaf, number);
        deed.before = tickets.incrementAndGet();
        undo.onFailure("deed", () -> undone.add(deed));
        deed.after = tickets.incrementAndGet();
        Thread.yield(); // to the others: so that deeds mix also where few processors are free
      }
      return Result.ok(leaf);
    };
  }

  private static void await(CyclicBarrier barrier) throws InterruptedException {
    try {
      barrier.await();
    } catch (java.util.concurrent.BrokenBarrierException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private boolean isNewestFirst() {
    assertEquals(LEAVES * EACH, undone.stream().distinct().count());
    assertEquals(LEAVES * EACH, undone.size());
    var earliest = Integer.MAX_VALUE; // by when one of those undone so far was registered
    var turns = 0;
    for (var i = 0; i < undone.size(); i++) {
      var deed = undone.get(i);
      assertTrue(deed.before < earliest, "undone too late: " + deed.number + " of " + deed.leaf);
      earliest = Math.min(earliest, deed.after);
      if (i > 0 && undone.get(i - 1).leaf != deed.leaf) turns++;
    }
    return turns > LEAVES;
  }
}
