package dev.meshkit.store;

/** Waiting that an interruption does not end: it is kept for afterwards. */
public final class Uninterrupted {
  private Uninterrupted() {}

  /** What is waited for; begun anew when it is interrupted. */
  @FunctionalInterface
  public interface Wait {
    /** Blocks; begun anew after an interruption. */
    void run() throws InterruptedException;
  }

  /** Waits to the end: an open database must not be left half opened, or half closed. */
  public static void run(Wait wait) {
    var interrupted = false;
    while (true) {
      try {
        wait.run();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
