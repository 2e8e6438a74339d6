package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.Result;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs a handler for each task of a queue: takes a place, then leases, at most as many tasks as
 * places are free, runs each on a thread of its own, and settles what its handler says. No lease
 * waits in a buffer, and an idle pump polls nothing: it is one blocked lease.
 *
 * <pre>
 * the handler                          its task
 * returns a disposition                that
 * returns null, or throws              Retry(error.exception); Retry(error.timeout) past maxRun
 * throws when close interrupts it      Release
 * is silent, spins, or hangs           its lease is kept up until maxRun, then expires, charged
 * </pre>
 *
 * <p>None of these stops the pump or slows another place. A handler that heeds no interrupt keeps
 * its thread, which nobody can take from it, but gives up its place a beat (a third of a lease)
 * after its lease is lost. Handlers run on virtual threads, which share as many carriers as there
 * are processors: while that many of them spin, or wait in native code, other handlers stand still,
 * and keep their leases no longer than {@code maxRun}. Handlers that may do so want {@link
 * PumpOptions#withPlatformThreads}. Where the system has no thread for a handler its task goes
 * back, uncharged, and is tried again. Only a closed queue or a failed store ends a pump by itself,
 * which is logged.
 *
 * <p>Thread-safe. Three platform threads, one more for each running handler.
 *
 * @param <T> what tasks carry
 */
public final class TaskQueuePump<T> implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TaskQueuePump.class.getName());
  private static final Duration FOREVER = Duration.ofDays(365);
  private static final Duration STORE_PAUSE = Duration.ofMillis(100);
  private static final Duration THREAD_PAUSE = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofMillis(500);

  private final SafeTaskQueue<T> queue;
  private final PumpOptions options;
  private final TaskHandler<T> handler;
  private final Threads runners;
  private final Slots<T> slots;
  private final PumpBeats<T> beats;
  private final PumpSettler<T> settler;
  private final List<Thread> threads;
  private final AtomicBoolean closing = new AtomicBoolean();

  /**
   * How many tasks were settled, and how.
   *
   * @param done for good: acknowledged or dead
   * @param requeued to be tried again: retried or snoozed
   * @param released given back untouched
   */
  public record Tally(int done, int requeued, int released) {
    private Tally since(Tally before) {
      return new Tally(done - before.done, requeued - before.requeued, released - before.released);
    }
  }

  /** What handlers run on. */
  interface Threads {
    /** What makes a thread of this name. */
    ThreadFactory named(String name);
  }

  private TaskQueuePump(
      SafeTaskQueue<T> queue, PumpOptions options, TaskHandler<T> handler, Threads runners) {
    this.queue = queue;
    this.options = options;
    this.handler = handler;
    this.runners = runners;
    this.slots = new Slots<>(options.concurrency());
    this.beats = new PumpBeats<>(queue, slots);
    this.settler = new PumpSettler<>(queue, slots);
    this.threads =
        List.of(
            thread("leases", this::lease),
            thread("beats", beats::run),
            thread("settles", settler::run));
  }

  /** Starts pumping; returns at once. */
  public static <T> TaskQueuePump<T> start(
      SafeTaskQueue<T> queue, PumpOptions options, TaskHandler<T> handler) {
    return start(queue, options, handler, name -> threads(options, name));
  }

  /** The same with handlers on other threads, for tests. */
  static <T> TaskQueuePump<T> start(
      SafeTaskQueue<T> queue, PumpOptions options, TaskHandler<T> handler, Threads runners) {
    var pump = new TaskQueuePump<>(queue, options, handler, runners);
    pump.threads.forEach(Thread::start);
    return pump;
  }

  private static ThreadFactory threads(PumpOptions options, String name) {
    return options.platform()
        ? Thread.ofPlatform().daemon().name(name).factory()
        : Thread.ofVirtual().name(name).factory();
  }

  /** What was settled since the start. No I/O. */
  public Tally tally() {
    return settler.tally();
  }

  /**
   * Ends the pump: leases no more, waits up to {@code drain} for running handlers, interrupts those
   * that are left, and gives their tasks back, uncharged. The queue stays open. Blocks at most
   * {@code drain} + 1 s; what became of the tasks that were running, less those whose lease was
   * lost. A second call returns at once and counts nothing.
   *
   * <p>Interrupted, it drains no longer, but gives back all the same.
   */
  public Tally stop() throws InterruptedException {
    if (!closing.compareAndSet(false, true)) return new Tally(0, 0, 0);
    var before = settler.tally();
    threads.getFirst().interrupt();
    var interrupted = !isUndisturbed(this::drain);
    slots.busy().forEach(slot -> slot.interrupt(Slot.Cause.CLOSED));
    interrupted |= !isUndisturbed(() -> slots.awaitIdle(GRACE));
    slots.busy().stream().filter(Slot::abandon).forEach(this::release);
    interrupted |= !isUndisturbed(() -> slots.awaitIdle(GRACE));
    threads.forEach(Thread::interrupt);
    if (interrupted) throw new InterruptedException("interrupted while a pump closed");
    return settler.tally().since(before);
  }

  /** {@link #stop}, for those who ask for no report; it is logged if anything was running. */
  @Override
  public void close() {
    try {
      var report = stop();
      if (!report.equals(new Tally(0, 0, 0))) {
        LOG.log(Level.INFO, "pump closed: queue={0} {1}", queue.options().name(), report);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // all was given back nonetheless
    }
  }

  /** One beat of all leases, for tests that own the clocks. */
  void beat() {
    var _ = beats.beat();
  }

  private Thread thread(String role, Runnable body) {
    return Thread.ofPlatform()
        .daemon()
        .name("pump-" + queue.options().name() + "-" + role)
        .unstarted(body);
  }

  /** The leasing thread, from first to last. */
  private void lease() {
    new Rounds("leasing tasks of queue " + queue.options().name(), STORE_PAUSE).run(this::leased);
  }

  private boolean leased() throws InterruptedException {
    var places = slots.reserve();
    try {
      return begun(queue.lease(places, FOREVER));
    } finally {
      slots.unreserve();
    }
  }

  /** Begins what was leased; false if nothing ever will be again. */
  private boolean begun(Result<List<Lease<T>>> leased) throws InterruptedException {
    switch (leased) {
      case Result.Ok<List<Lease<T>>>(var got) -> beginAll(got);
      case Result.Err<List<Lease<T>>>(var why) when queue.isOver() -> {
        var isClosed = why.code().equals(QueueErrors.DISPOSED);
        LOG.log(
            isClosed ? Level.INFO : Level.ERROR,
            "pump ended: queue={0} {1}",
            queue.options().name(),
            isClosed ? "is closed" : why.text());
        return false;
      }
      case Result.Err<List<Lease<T>>>(var why) -> {
        LOG.log(Level.WARNING, "pump tries again: {0}", why.text());
        Thread.sleep(STORE_PAUSE);
      }
    }
    return true;
  }

  /** Where one finds no thread the next hardly will: what is left is tried again a little later. */
  private void beginAll(List<Lease<T>> got) throws InterruptedException {
    var begun = 0;
    for (var lease : got) if (isBegun(lease)) begun++;
    if (begun < got.size()) Thread.sleep(THREAD_PAUSE);
  }

  /** False if there is no thread for it: then its lease goes back, uncharged. */
  private boolean isBegun(Lease<T> lease) throws InterruptedException {
    Slot<T> slot;
    try {
      slot = slot(lease);
    } catch (RuntimeException | Error thrown) {
      LOG.log(Level.ERROR, QueueErrors.noThread(lease, thrown).text());
      var _ = queue.settle(lease, new Disposition.Release()); // refused: it expires
      return false;
    }
    slots.take(slot);
    beats.begun();
    try {
      slot.start();
      return true;
    } catch (RuntimeException | Error thrown) {
      if (slot.abandon()) release(slot);
      LOG.log(Level.ERROR, QueueErrors.noThread(lease, thrown).text());
      return false;
    }
  }

  private Slot<T> slot(Lease<T> lease) {
    var maxRun = queue.options().leases().maxRun();
    var threads = runners.named("pump-" + lease.lane() + "-" + lease.id());
    return new Slot<>(lease, maxRun, new Slot.Runner<>(handler, threads), settler::ended);
  }

  /** What was leased as the pump closed has begun by then: the leasing thread ends at once. */
  private boolean drain() throws InterruptedException {
    threads.getFirst().join();
    return slots.awaitIdle(options.drain());
  }

  private interface Wait {
    boolean idle() throws InterruptedException;
  }

  private static boolean isUndisturbed(Wait wait) {
    try {
      var _ = wait.idle();
      return true;
    } catch (InterruptedException _) {
      return false; // stop() says so, once it has given back what it holds
    }
  }

  private void release(Slot<T> slot) {
    settler.ended(new Slot.Ended<>(slot, new Disposition.Release()));
  }
}
