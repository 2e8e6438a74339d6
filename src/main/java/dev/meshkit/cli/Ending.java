package dev.meshkit.cli;

import dev.meshkit.api.Mesh;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How an agent ends: the first SIGTERM or SIGINT closes the node, a second interrupts that, a third
 * halts the process; so does the stop deadline. Supervised, SIGINT does nothing and the end of
 * standard input counts as the first signal. Thread-safe.
 */
final class Ending {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int HALTED = 1;

  private final Console console;
  private final List<Mesh> open = new ArrayList<>(); // guarded by this; at most one
  private final List<Thread> closing = new ArrayList<>(); // guarded by this
  private Duration deadline = Duration.ofMinutes(1); // guarded by this
  private int asked; // guarded by this
  private boolean orphaned; // guarded by this

  /** Takes the signals from now on; one that comes before a node is open closes it once it is. */
  Ending(Console console, boolean supervised) {
    this.console = console;
    Signals.on("TERM", () -> ask("SIGTERM"));
    if (supervised) {
      Signals.ignore("INT");
      Signals.ignore("HUP"); // a terminal that goes away takes the parent with it, and that says so
      Thread.ofPlatform().daemon().name("supervisor").start(this::awaitParent);
    } else {
      Signals.on("INT", () -> ask("Ctrl-C"));
      Signals.on("HUP", () -> ask("SIGHUP")); // without effect under nohup: the JVM sees to that
    }
  }

  /** The node to close, and the longest that may take. */
  synchronized void of(Mesh mesh, Duration stopDeadline) {
    open.add(mesh);
    deadline = stopDeadline;
    if (asked > 0) begin(mesh);
  }

  /** Whether standard input ended before anybody asked us to stop. */
  synchronized boolean isOrphaned() {
    return orphaned;
  }

  private synchronized void ask(String by) {
    asked++;
    console
        .err()
        .println(by + ": " + (asked == 1 ? "stopping" : asked == 2 ? "hurrying" : "halting"));
    switch (asked) {
      case 1 -> open.forEach(this::begin);
      case 2 -> closing.forEach(Thread::interrupt);
      default -> Runtime.getRuntime().halt(HALTED);
    }
  }

  private void begin(Mesh mesh) {
    closing.add(Thread.ofPlatform().name("stop").start(mesh::close));
    var limit = deadline.plus(GRACE);
    Thread.ofPlatform().daemon().name("stop-deadline").start(() -> haltAfter(limit));
  }

  private void haltAfter(Duration limit) {
    try {
      Thread.sleep(limit);
      console.err().println("not stopped within " + Text.of(limit) + ": halting");
      Runtime.getRuntime().halt(HALTED);
    } catch (InterruptedException _) {
      return; // the process ends otherwise
    }
  }

  private void awaitParent() {
    try {
      while (console.in().read() != -1) {
        // What a parent writes means nothing; that it ends does.
      }
    } catch (IOException _) {
      // A broken pipe is an end, too.
    }
    synchronized (this) {
      orphaned = asked == 0;
      if (orphaned) ask("end of standard input");
    }
  }
}
