package dev.meshkit.queue;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The loop of a thread that others rely on. It ends when a round says so or its thread is
 * interrupted, and by nothing else: what a round throws is a fault that nobody thought of, or
 * memory that was short for a moment; it is logged, and costs a pause instead of the thread.
 *
 * @param what the thread does, for people
 * @param pause after a fault, so that one that stays neither spins nor floods the log
 */
record Rounds(String what, Duration pause) {
  private static final System.Logger LOG = System.getLogger(Rounds.class.getName());

  /** One round. */
  interface Round {
    /** Whether there is another. */
    boolean goesOn() throws InterruptedException;
  }

  /** A part of one. */
  interface Step {
    void run() throws InterruptedException;
  }

  /** Round after round. */
  void run(Round round) {
    try {
      while (goesOn(round)) {}
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // whoever owns the thread ends it
    }
  }

  private boolean goesOn(Round round) throws InterruptedException {
    try {
      return round.goesOn();
    } catch (RuntimeException | Error thrown) {
      tell(thrown);
      Thread.sleep(pause);
      return true;
    }
  }

  /** Says what was thrown, if that can be said; who calls it goes on. */
  void tell(Throwable thrown) {
    try {
      LOG.log(Level.ERROR, QueueErrors.fault(what, thrown).text(), thrown);
    } catch (RuntimeException | Error untold) { // memory is as short as it was
      thrown.addSuppressed(untold);
    }
  }

  /** Does all of them, and throws in the end what the first to fail threw. */
  static void all(List<Step> steps) throws InterruptedException {
    var faults = new ArrayList<Throwable>();
    for (var step : steps) {
      try {
        step.run();
      } catch (RuntimeException | Error thrown) {
        faults.add(thrown);
      }
    }
    if (faults.isEmpty()) return;
    var first = faults.getFirst();
    faults.stream().filter(other -> !other.equals(first)).forEach(first::addSuppressed);
    if (first instanceof Error error) throw error;
    throw (RuntimeException) first;
  }
}
