package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What a listener heard, in order; and whether it ever heard two things at once (T5). */
final class Serial {
  private static final int SPINS = 2_000; // long enough for a second thread to be seen

  private final List<String> all = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<String> arriving = new LinkedBlockingQueue<>();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  /** A callback was called. */
  void heard(String what) {
    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
    for (var i = 0; i < SPINS; i++) Thread.onSpinWait();
    all.add(what);
    arriving.add(what);
    inside.decrementAndGet();
  }

  /** Waits for the next event but {@code ready}, which comes when it likes. */
  String next() throws InterruptedException {
    var what = "ready";
    while (what.equals("ready")) {
      what = arriving.poll(90, TimeUnit.SECONDS);
      assertNotNull(what, () -> "nothing more is heard after " + all);
    }
    return what;
  }

  /** Waits for these, in this order, with nothing between but {@code ready}. */
  void expect(String... events) throws InterruptedException {
    for (var event : events) assertEquals(event, next());
  }

  /** How often this was heard so far. */
  long count(String what) {
    return all.stream().filter(what::equals).count();
  }

  void assertNeverTwoAtOnce() {
    assertEquals(1, most.get(), () -> "callbacks overlapped: " + all);
  }
}
