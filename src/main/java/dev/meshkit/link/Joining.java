package dev.meshkit.link;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.pipeline.All;
import dev.meshkit.pipeline.Step;
import dev.meshkit.pipeline.Timeout;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Waits for threads that were told to end: for all of them at once, within one time. */
public final class Joining {
  private static final System.Logger LOG = System.getLogger(Joining.class.getName());

  private Joining() {}

  /**
   * Blocks until they have ended, at most {@code most}; who closes goes on all the same, so what
   * has not ended by then is logged. Interrupted, it waits no longer, and the interrupt stays set.
   */
  public static void within(Duration most, String tried, Collection<Thread> threads) {
    try {
      Timeout.of(tried, most, undo -> All.settled(undo, ends(threads)))
          .onErr(late -> LOG.log(Level.WARNING, "goes on without waiting: {0}", late.text()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // whoever closes is in a hurry; they end by themselves
    }
  }

  private static List<Step<Unit>> ends(Collection<Thread> threads) {
    return threads.stream().map(Joining::end).toList();
  }

  private static Step<Unit> end(Thread thread) {
    return Step.of(
        () -> {
          thread.join();
          return Result.ok();
        });
  }
}
