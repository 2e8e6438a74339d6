package dev.meshkit.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets branches begin in order, at most a limit at once. Thread-safe. */
final class Starts {
  /** No limit: nobody waits. */
  private static final Starts AT_ONCE = new Starts(Integer.MAX_VALUE, List.of());

  private final int limit;
  private final List<CountDownLatch> held; // of those beyond the limit
  private final AtomicInteger released = new AtomicInteger();

  private Starts(int limit, List<CountDownLatch> held) {
    this.limit = limit;
    this.held = held;
  }

  static Starts of(int branches, int limit) {
    if (limit < 1) throw new IllegalArgumentException("at least one must run at once: " + limit);
    if (limit >= branches) return AT_ONCE;
    var held = new ArrayList<CountDownLatch>(branches - limit);
    for (var i = limit; i < branches; i++) held.add(new CountDownLatch(1));
    return new Starts(limit, held);
  }

  /** Waits for this branch's turn. */
  void await(int branch) throws InterruptedException {
    if (branch >= limit) held.get(branch - limit).await();
  }

  /** A branch has ended: the next one may begin. */
  void next() {
    if (held.isEmpty()) return;
    var next = released.getAndIncrement();
    if (next < held.size()) held.get(next).countDown();
  }
}
