package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Lead;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Tenure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** E21 What runs in a tenure, and how it ends. */
@Timeout(60)
class TenuresTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Scope EU = Scope.region("eu");
  private static final Fence SEVENTH = new Fence(EU, 1, 7);
  private static final Fence NINTH = new Fence(EU, 1, 9);

  private static final Duration GRACE = Duration.ofMillis(20);

  private final AtomicReference<Instant> time = new AtomicReference<>(Instant.EPOCH);
  private final InstantSource clock = time::get;
  private final TenureBox box = new TenureBox(clock);
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  /**
   * E21 Authority off, threads interrupted, then undone newest first, each once; and waited for.
   */
  @Test
  void aTenureEndsInOrder() throws Exception {
    var tenures = new Tenures(box, LONG);
    var ready = new CountDownLatch(2);
    tenures.lead(
        tenure -> {
          tenure.onEnd("first", () -> said.add("undone first"));
          tenure.onEnd("second", () -> said.add("undone second"));
          tenure.onEnd("broken", TenuresTest::fail);
          tenure.onEnd("third", () -> said.add("undone third " + tenure.authority()));
          ready.countDown(); // what has returned is undone all the same
        });
    var interrupted = new LinkedBlockingQueue<Optional<Fence>>();
    tenures.lead(
        tenure -> {
          ready.countDown();
          untilInterrupted(() -> interrupted.add(tenure.authority()));
        });
    begin(tenures, SEVENTH);
    ready.await();
    box.shut();
    tenures.end();
    assertEquals(Optional.empty(), interrupted.take());
    assertEquals(List.of("undone third Optional.empty", "undone second", "undone first"), said);
    tenures.end(); // the end of the loop, after that of the tenure
    assertEquals(3, said.size());
  }

  /** E21 What neither heeds its interruption nor ends keeps no voter from its next vote. */
  @Test
  void whatDoesNotStopIsNotWaitedFor() throws Exception {
    var tenures = new Tenures(box, Duration.ofMillis(50));
    var stuck = new CountDownLatch(1);
    var ready = new CountDownLatch(1);
    tenures.lead(
        tenure -> {
          tenure.onEnd("older", () -> said.add("undone older"));
          tenure.onEnd("stuck", stuck::await);
          ready.countDown();
          untilReleased(stuck);
        });
    begin(tenures, SEVENTH);
    ready.await();
    tenures.end(); // returns, or the test's own bound ends it
    assertEquals(List.of(), said);
    begin(tenures, NINTH); // and the next tenure is another
    stuck.countDown();
  }

  /** What was done before a tenure's end and registered after it is not left standing. */
  @Test
  void whatIsRegisteredTooLateIsUndoneAtOnce() throws Exception {
    var tenures = new Tenures(box, LONG);
    var seen = new LinkedBlockingQueue<Tenure>();
    tenures.lead(seen::add);
    begin(tenures, SEVENTH);
    var tenure = seen.take();
    tenures.end();
    tenure.onEnd("late", () -> said.add("undone late"));
    assertEquals(List.of("undone late"), said);
  }

  /** The fence of the tenure, on the task's thread and nowhere else. */
  @Test
  void aTaskRunsUnderItsFence() throws Exception {
    var tenures = new Tenures(box, LONG);
    var seen = new LinkedBlockingQueue<Optional<Fence>>();
    tenures.lead(_ -> seen.add(Fence.current()));
    begin(tenures, SEVENTH);
    assertEquals(Optional.of(SEVENTH), seen.take());
    tenures.end();
    begin(tenures, NINTH);
    assertEquals(Optional.of(NINTH), seen.take());
    assertEquals(Optional.empty(), Fence.current());
  }

  /** An older tenure has no authority, whoever has: not even this node by a later one. */
  @Test
  void anOldTenureHasNoPartInTheNext() throws Exception {
    var tenures = new Tenures(box, LONG);
    var seen = new LinkedBlockingQueue<Tenure>();
    tenures.lead(seen::add);
    begin(tenures, SEVENTH);
    var old = seen.take();
    assertEquals(Optional.of(SEVENTH), old.authority());
    tenures.end();
    begin(tenures, NINTH);
    assertEquals(Optional.of(NINTH), seen.take().authority());
    assertEquals(Optional.empty(), old.authority());
  }

  /** E21 What compares no fences is let alone for a while, on the clock that promises go by. */
  @Test
  void whoTouchesWhatComparesNoFencesWaitsBefore() throws Exception {
    var tenures = new Tenures(box, LONG);
    var mayAct = new LinkedBlockingQueue<Boolean>();
    var waiting = new AtomicReference<Thread>();
    tenures.lead(
        tenure -> {
          waiting.set(Thread.currentThread());
          mayAct.add(tenure.awaitUnfenced());
          mayAct.add(tenure.awaitUnfenced()); // and no second time
        });
    begin(tenures, SEVENTH);
    await().until(() -> waits(waiting.get()));
    time.updateAndGet(now -> now.plus(GRACE.dividedBy(2)));
    Thread.currentThread().join(GRACE.multipliedBy(2)); // it looks at that clock again and again
    await().until(() -> waits(waiting.get()));
    assertTrue(mayAct.isEmpty());
    time.updateAndGet(now -> now.plus(GRACE.dividedBy(2)));
    assertEquals(true, mayAct.take());
    assertEquals(true, mayAct.take());
  }

  /**
   * E21 Whoever waits in a tenure that ends learns that, also on a thread that nobody interrupts.
   */
  @Test
  void whoWaitsInATenureThatEndsMayNotAct() throws Exception {
    var tenures = new Tenures(box, LONG);
    var seen = new LinkedBlockingQueue<Tenure>();
    tenures.lead(seen::add);
    begin(tenures, SEVENTH);
    var tenure = seen.take();
    var mayAct = new FutureTask<>(tenure::awaitUnfenced);
    var other = Thread.ofVirtual().start(mayAct);
    await().until(() -> waits(other));
    box.shut();
    tenures.end();
    assertEquals(false, mayAct.get());
    assertEquals(false, tenure.awaitUnfenced());
  }

  private static boolean waits(@Nullable Thread one) {
    return one != null && one.getState() == Thread.State.TIMED_WAITING;
  }

  /** A task that throws ends for this tenure, and disturbs no other. */
  @Test
  void aTaskThatFailsDisturbsNoOther() throws Exception {
    var tenures = new Tenures(box, LONG);
    var seen = new SynchronousQueue<Fence>();
    Lead failing = _ -> fail();
    tenures.lead(failing);
    tenures.lead(tenure -> seen.put(tenure.fence()));
    begin(tenures, SEVENTH);
    assertEquals(SEVENTH, seen.take());
    tenures.end();
    begin(tenures, NINTH);
    assertEquals(NINTH, seen.take());
    assertTrue(said.isEmpty());
  }

  private void begin(Tenures tenures, Fence fence) {
    box.open(fence, clock.instant().plus(LONG));
    tenures.begin(fence, GRACE);
  }

  private static void fail() {
    throw new IllegalStateException("the test says so");
  }

  private static void untilInterrupted(Runnable then) throws InterruptedException {
    try {
      new CountDownLatch(1).await();
    } finally {
      then.run();
    }
  }

  private static void untilReleased(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException deaf) {
        // that is what is tried here
      }
    }
  }
}
