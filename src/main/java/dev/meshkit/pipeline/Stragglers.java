package dev.meshkit.pipeline;

import dev.meshkit.observe.SlowCancelEvent;
import dev.meshkit.runtime.Fanout;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which branches run, and whether one ignores its interruption: then it is named, once, while it is
 * still awaited. Thread-safe.
 */
final class Stragglers implements Fanout.Watch {
  /** How long a cancelled branch may take to end before it is reported. */
  static final Duration SLOW = Duration.ofSeconds(1);

  private final TreeSet<Integer> running = new TreeSet<>(); // guarded by this
  private final String name;
  private Optional<Thread> watch = Optional.empty(); // the caller's alone

  Stragglers(String name) {
    this.name = name;
  }

  synchronized void begins(int branch) {
    running.add(branch);
  }

  synchronized void ends(int branch) {
    running.remove(branch);
    if (running.isEmpty()) notifyAll();
  }

  @Override
  public void decided() {
    try {
      awaitAndName();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the caller looks at it when all have ended
    }
  }

  /** The caller cannot wait here, since its branches are interrupted only when this returns. */
  @Override
  public void interrupted() {
    watch = Optional.of(Thread.ofVirtual().name(name + "-stragglers").start(this::decided));
  }

  /** When every branch has ended: so does the watch. Confined to the caller's thread. */
  void settled() {
    watch.ifPresent(Stragglers::join);
  }

  private static void join(Thread thread) {
    var interrupted = Thread.interrupted();
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  private synchronized void awaitAndName() throws InterruptedException {
    var monotonic = Timing.system().monotonic();
    var until = monotonic.instant().plus(SLOW);
    while (!running.isEmpty()) {
      var left = Duration.between(monotonic.instant(), until);
      if (!left.isPositive()) break;
      wait(left.toMillis() + 1);
    }
    for (var branch : running) SlowCancelEvent.emit(name, branch, SLOW.toMillis());
  }
}
