package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
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
