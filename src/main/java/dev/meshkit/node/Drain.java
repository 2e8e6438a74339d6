package dev.meshkit.node;

import java.util.ArrayDeque;
import java.util.Optional;

/**
 * What must be ended, registered as it is opened, ended in reverse. A step that fails is logged and
 * the next begins. Thread-safe: a node may be closed while it is still being opened.
 */
final class Drain implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Drain.class.getName());

  private final ArrayDeque<Step> steps = new ArrayDeque<>(); // guarded by this
  private boolean closed; // guarded by this

  /** Ends one thing; bounded. */
  @FunctionalInterface
  interface End {
    /** Ends it. */
    void run() throws Exception;
  }

  private record Step(String name, End end) {}

  /** Registers what ends a thing that was just opened; ends it at once if all else has ended. */
  void onClose(String name, End end) {
    var step = new Step(name, end);
    synchronized (this) {
      if (!closed) {
        steps.push(step);
        return;
      }
    }
    end(step);
  }

  /** Ends everything, the newest first. Interruption stops no step; it is set again at the end. */
  @Override
  public void close() {
    var interrupted = Thread.interrupted();
    for (var step = next(); step.isPresent(); step = next()) {
      end(step.get());
      interrupted |= Thread.interrupted();
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  /** The newest step that is left; after the last, whatever else is opened ends at once. */
  private synchronized Optional<Step> next() {
    var step = Optional.ofNullable(steps.poll());
    closed = step.isEmpty();
    return step;
  }

  private static void end(Step step) {
    try {
      step.end().run();
    } catch (InterruptedException _) {
      Thread.currentThread()
          .interrupt(); // noted by close(), so that the other steps take their time
    } catch (Exception failed) {
      LOG.log(System.Logger.Level.WARNING, "stopping: " + step.name() + " failed", failed);
    }
  }
}
