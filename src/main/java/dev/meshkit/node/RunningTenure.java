package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Lead;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Tenure;
import dev.meshkit.pipeline.Compensation;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One tenure of this node: the threads that lead in it, and what is to be undone when it ends.
 * Thread-safe.
 */
final class RunningTenure implements Tenure {
  private static final System.Logger LOG = System.getLogger(RunningTenure.class.getName());

  private final Fence fence;
  private final TenureBox box;
  private final Compensation deeds;
  private final List<Thread> threads = new ArrayList<>(); // guarded by this
  private final CountDownLatch ended = new CountDownLatch(1); // counted down under this
  private final Instant unfenced; // on the clock of the box

  /** A tenure that has begun; what compares no fences is let alone for {@code grace}. */
  RunningTenure(Fence fence, TenureBox box, Duration grace) {
    this.fence = fence;
    this.box = box;
    this.unfenced = box.now().plus(grace);
    this.deeds = Compensation.open(name("tenure"));
  }

  @Override
  public Fence fence() {
    return fence;
  }

  @Override
  public Optional<Fence> authority() {
    return box.authority().filter(fence::equals);
  }

  @Override
  public boolean awaitUnfenced() throws InterruptedException {
    var left = Duration.between(box.now(), unfenced);
    while (left.isPositive() && !ended.await(left.toNanos(), TimeUnit.NANOSECONDS)) {
      left = Duration.between(box.now(), unfenced); // it may count time that this one slept through
    }
    return authority().isPresent();
  }

  @Override
  public void onEnd(String what, Undo undo) {
    synchronized (this) {
      if (ended.getCount() > 0) {
        deeds.onFailure(what, undo::run);
        return;
      }
    }
    var late = Compensation.open(name("late"));
    late.onFailure(what, undo::run);
    undo(late);
  }

  /** Runs {@code lead} in it, on a thread of its own. */
  synchronized void start(Lead lead) {
    threads.removeIf(thread -> !thread.isAlive());
    threads.add(Thread.ofVirtual().name(name("lead")).start(() -> during(lead)));
  }

  /**
   * It is over: interrupts what runs in it, undoes what was registered, and waits for both, {@code
   * within} in all. What does not end in time is named in the log; fences keep it harmless.
   */
  void end(Duration within) throws InterruptedException {
    var left = within;
    for (var thread : ending()) {
      if (!left.isPositive() || !thread.join(left)) {
        LOG.log(Level.WARNING, "a tenure has ended, and its code has not: {0}", thread.getName());
        left = Duration.ZERO; // one bound for all: the next vote waits for this
      }
    }
  }

  private synchronized List<Thread> ending() {
    ended.countDown();
    threads.forEach(Thread::interrupt);
    threads.add(Thread.ofVirtual().name(name("undo")).start(() -> undo(deeds)));
    return List.copyOf(threads);
  }

  private void during(Lead lead) {
    try {
      fence.<Boolean, InterruptedException>call(
          () -> {
            lead.during(this);
            return true;
          });
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the usual end of a tenure; this thread ends, too
    } catch (RuntimeException bug) {
      LOG.log(Level.WARNING, "code that leads failed: " + name("lead"), bug);
    }
  }

  private static void undo(Compensation deeds) {
    deeds.close();
    for (var failed : deeds.failures())
      LOG.log(Level.WARNING, "what ends with a tenure failed", new MeshException(failed));
  }

  private String name(String what) {
    return what + "-" + fence.scope() + "-" + fence.text();
  }
}
