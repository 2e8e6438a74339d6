package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * One lease in a pump, from the moment it is given to a handler until it is settled or lost.
 *
 * <pre>
 * RUNNING ─ the handler ends ─► ENDED: the settler has it
 *    └ abandoned: what the handler says later counts for nothing ─► ABANDONED
 * </pre>
 *
 * <p>Thread-safe: the handler's thread, the beats, and whoever closes the pump.
 *
 * @param <T> what tasks carry
 */
final class Slot<T> {
  /** Why a handler was interrupted. */
  enum Cause {
    /** Its time is over. */
    OVERRUN,
    /** Somebody else has the task by now, or will. */
    LOST,
    /** The pump closes. */
    CLOSED
  }

  private enum State {
    RUNNING,
    ENDED,
    ABANDONED
  }

  /**
   * What became of a handler.
   *
   * @param slot which
   * @param said what it, or the pump in its place, says of the task
   * @param <T> what tasks carry
   */
  record Ended<T>(Slot<T> slot, Disposition said) {}

  /**
   * Who handles it, and on what.
   *
   * @param handler the application's
   * @param threads makes what it runs on
   * @param <T> what tasks carry
   */
  record Runner<T>(TaskHandler<T> handler, ThreadFactory threads) {}

  private final Lease<T> lease;
  private final Duration maxRun;
  private final Thread runner;
  private State state = State.RUNNING; // guarded by this
  private Optional<Cause> interrupted = Optional.empty(); // guarded by this
  private boolean lasts = true; // guarded by this

  /** A slot whose handler runs once {@link #start started}. */
  Slot(Lease<T> lease, Duration maxRun, Runner<T> by, Consumer<Ended<T>> then) {
    this.lease = lease;
    this.maxRun = maxRun;
    this.runner = by.threads().newThread(() -> run(by.handler(), then));
  }

  Lease<T> lease() {
    return lease;
  }

  /** Begins; throws what the system says if it has no thread for it. */
  void start() {
    runner.start();
  }

  /** Interrupts the handler if it still runs and has not been interrupted before. */
  synchronized void interrupt(Cause cause) {
    if (state != State.RUNNING || interrupted.isPresent()) return;
    interrupted = Optional.of(cause);
    runner.interrupt();
  }

  /**
   * Whether heartbeats can stretch its lease further: near the end of {@code maxRun} they cannot.
   */
  synchronized void lasts(boolean now) {
    lasts = now;
  }

  /** If not, a lease that is over has run its full time. */
  synchronized boolean lasts() {
    return lasts;
  }

  /** Whether the handler was interrupted and runs all the same. */
  synchronized boolean defies() {
    return state == State.RUNNING && interrupted.isPresent();
  }

  /** Waits no more for a handler that still runs; false if it has ended: then that counts. */
  synchronized boolean abandon() {
    if (state != State.RUNNING) return false;
    state = State.ABANDONED;
    return true;
  }

  private void run(TaskHandler<T> handler, Consumer<Ended<T>> then) {
    var said = said(handler);
    if (end()) then.accept(new Ended<>(this, said));
  }

  private synchronized boolean end() {
    if (state != State.RUNNING) return false;
    state = State.ENDED;
    return true;
  }

  /** An {@code Error} costs its task an attempt, and nobody else anything. */
  @SuppressWarnings("NullAway") // a handler is not ours: it may say nothing
  private Disposition said(TaskHandler<T> handler) {
    try {
      var said = handler.handle(lease);
      return said == null ? failed("the handler said nothing") : said;
    } catch (Throwable thrown) {
      return cause()
          .<Disposition>map(why -> stopped(why, thrown))
          .orElseGet(() -> failed("the handler threw " + text(thrown)));
    }
  }

  private synchronized Optional<Cause> cause() {
    return interrupted;
  }

  private Disposition stopped(Cause cause, Throwable thrown) {
    return switch (cause) {
      case CLOSED -> new Disposition.Release();
      case OVERRUN ->
          new Disposition.Retry(
              new MeshError.TimedOut(maxRun, "running task " + lease.id()), Duration.ZERO);
      case LOST -> failed("its lease was lost, and the handler threw " + text(thrown));
    };
  }

  private Disposition failed(String why) {
    var error =
        MeshError.of(
            "error.exception",
            "handling a task of kind '" + lease.kind() + "'",
            why,
            "mend the handler; the task is tried again",
            MeshError.Retry.SAFE_WITH_KEY);
    return new Disposition.Retry(error, Duration.ZERO);
  }

  /** Even the text of an exception is the application's code. */
  static String text(Throwable thrown) {
    try {
      return thrown.toString();
    } catch (Throwable worse) {
      return thrown.getClass().getName();
    }
  }
}
