package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Lead;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Tenure;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs application code while this node leads one scope: a virtual thread for each {@link Lead} and
 * tenure, interrupted when the tenure ends. Thread-safe.
 */
final class Tenures {
  private static final System.Logger LOG = System.getLogger(Tenures.class.getName());

  private final Scope scope;
  private final TenureBox box;
  private final Duration joinWithin;
  private final List<Lead> leads = new ArrayList<>(); // guarded by this
  private final List<Thread> running = new ArrayList<>(); // guarded by this
  private Optional<Fence> current = Optional.empty(); // guarded by this

  /** Of one scope; the end of a tenure waits at most {@code joinWithin} for its threads. */
  Tenures(Scope scope, TenureBox box, Duration joinWithin) {
    this.scope = scope;
    this.box = box;
    this.joinWithin = joinWithin;
  }

  /** Runs {@code lead} in the tenure that runs, if one does, and in each that follows. */
  synchronized void lead(Lead lead) {
    leads.add(lead);
    current.ifPresent(fence -> start(lead, fence));
  }

  /** A tenure begins. */
  synchronized void begin(Fence fence) {
    current = Optional.of(fence);
    leads.forEach(lead -> start(lead, fence));
  }

  /**
   * The tenure is over: interrupts what runs in it and waits for that, within the bound. What does
   * not end in time is named in the log; fences keep it harmless.
   */
  void end() throws InterruptedException {
    var left = joinWithin;
    for (var thread : stopping()) {
      if (!left.isPositive() || !thread.join(left)) {
        LOG.log(Level.WARNING, "code that led {0} does not stop: {1}", scope, thread.getName());
        left = Duration.ZERO; // one bound for all: the next vote waits for this
      }
    }
  }

  private synchronized List<Thread> stopping() {
    current = Optional.empty();
    var ending = List.copyOf(running);
    running.clear();
    ending.forEach(Thread::interrupt);
    return ending;
  }

  private void start(Lead lead, Fence fence) {
    var name = "lead-" + scope + "-" + fence.text();
    running.removeIf(thread -> !thread.isAlive());
    running.add(Thread.ofVirtual().name(name).start(() -> during(lead, new Running(fence, box))));
  }

  private void during(Lead lead, Tenure tenure) {
    try {
      lead.during(tenure);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the usual end of a tenure; this thread ends, too
    } catch (RuntimeException bug) {
      LOG.log(Level.WARNING, "code that leads " + scope + " failed fence=" + tenure.fence(), bug);
    }
  }

  private record Running(Fence fence, TenureBox box) implements Tenure {
    @Override
    public Optional<Fence> authority() {
      return box.authority().filter(fence::equals);
    }
  }
}
