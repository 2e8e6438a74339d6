package dev.meshkit.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets branches begin in order, at most a limit at once. Thread-safe. */
final class Starts {
  private final List<CountDownLatch> held; // of those beyond the limit
  private final AtomicInteger released = new AtomicInteger();
  private final int limit;

  Starts(int branches, int limit) {
    if (limit < 1) throw new IllegalArgumentException("at least one must run at once: " + limit);
    this.limit = limit;
    this.held = limit >= branches ? List.of() : new ArrayList<>();
    for (var i = limit; i < branches; i++) held.add(new CountDownLatch(1));
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
