package dev.meshkit.sim;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Runs whole seeds on so many threads, and hands over what they came to in the order in which they
 * were asked for: what a campaign sees does not depend on how many worked on it (V1). At most two
 * runs a worker are under way, so an endless list of them takes no more memory than a short one.
 */
final class Workers {
  private final int threads;

  /** So many threads, at least one. */
  Workers(long threads) {
    if (threads < 1 || threads > 64)
      throw new IllegalArgumentException(
          "WORKERS=" + threads + " is not 1 to 64: write WORKERS=2, one a core");
    this.threads = (int) threads;
  }

  /**
   * Until the list has an end, and all that began has been handed over. Both the list and the taker
   * are used by the calling thread only.
   */
  <T> void each(Iterator<Callable<T>> runs, Consumer<T> take) {
    var going = new ArrayDeque<Future<T>>();
    try (var pool = Executors.newFixedThreadPool(threads)) {
      while (true) {
        while (going.size() < 2 * threads && runs.hasNext()) going.add(pool.submit(runs.next()));
        if (going.isEmpty()) return;
        take.accept(result(going.poll()));
      }
    }
  }

  private static <T> T result(Future<T> run) {
    try {
      return run.get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while a seed ran", stopped);
    } catch (ExecutionException broken) {
      throw new IllegalStateException("the simulator itself broke", broken.getCause());
    }
  }
}
