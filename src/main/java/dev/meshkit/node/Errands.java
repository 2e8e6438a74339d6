package dev.meshkit.node;

import dev.meshkit.gossip.Input;
import dev.meshkit.runtime.Mailbox;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What gossip asks of peers while it goes on: each on a thread of its own, whose answer comes back
 * as an input. The core bounds how many there are: it waits for the answer of each. Used by one
 * thread.
 */
final class Errands implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Errands.class.getName());
  private static final Duration END_WITHIN = Duration.ofSeconds(5);

  private final Mailbox<Input> answers;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** What is asked, and its answer. */
  @FunctionalInterface
  interface Errand {
    /** Asks. */
    Input run() throws InterruptedException;
  }

  Errands(Mailbox<Input> answers) {
    this.answers = answers;
  }

  /**
   * Begins one; {@code failed} is the answer of one that meets a fault: every one has an answer.
   */
  void go(Errand errand, Input failed) {
    threads.execute(() -> answered(errand, failed));
  }

  private void answered(Errand errand, Input failed) {
    try {
      answers.offer(errand.run());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt(); // the loop has ended, nobody waits for the answer
    } catch (RuntimeException bug) { // it costs this errand, never the loop
      LOG.log(System.Logger.Level.ERROR, "an errand of gossip met a fault: " + failed, bug);
      answers.offer(failed);
    }
  }

  /** Interrupts all and waits until they have ended, at most 5 s; the interrupt stays set. */
  @Override
  public void close() {
    threads.shutdownNow();
    var interrupted = Thread.interrupted();
    try {
      if (!threads.awaitTermination(END_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        LOG.log(System.Logger.Level.WARNING, "a dial or a sync ignores that gossip has ended");
      }
    } catch (InterruptedException _) {
      interrupted = true;
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
