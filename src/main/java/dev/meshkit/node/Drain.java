package dev.meshkit.node;

import java.util.ArrayDeque;

/**
 * What must be ended, registered as it is opened, ended in reverse. A step that fails is logged and
 * the next begins. Used by one thread at a time.
 */
final class Drain implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Drain.class.getName());

  private final ArrayDeque<Step> steps = new ArrayDeque<>();

  /** Ends one thing; bounded. */
  @FunctionalInterface
  interface End {
    /** Ends it. */
    void run() throws Exception;
  }

  private record Step(String name, End end) {}

  /** Registers what ends a thing that was just opened. */
  void onClose(String name, End end) {
    steps.push(new Step(name, end));
  }

  /** Gives everything registered so far to another drain, in order; this one is empty then. */
  Drain handOver() {
    var other = new Drain();
    steps.descendingIterator().forEachRemaining(other.steps::push);
    steps.clear();
    return other;
  }

  /** Ends everything, the newest first. Interruption makes waits short and stops no step. */
  @Override
  public void close() {
    while (!steps.isEmpty()) end(steps.pop());
  }

  private static void end(Step step) {
    try {
      step.end().run();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the steps that follow see it too, and wait for nothing
    } catch (Exception failed) {
      LOG.log(System.Logger.Level.WARNING, "stopping: " + step.name() + " failed", failed);
    }
  }
}
