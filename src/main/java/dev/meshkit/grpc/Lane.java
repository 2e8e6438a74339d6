package dev.meshkit.grpc;

/**
 * The serial queue of one call's events: its callbacks, and nothing else, run here, one at a time
 * and in order.
 */
sealed interface Lane permits ThreadLane, TaskLane {
  /** Appends an event; any thread, never blocks. It runs no later than after the next wake. */
  void put(Runnable event);

  /** Has the appended events run; any thread, never blocks. */
  void wake();

  /** Whether its events run at once, on whichever thread wakes it. */
  default boolean isDirect() {
    return false;
  }

  /** Appends an event and has it run. */
  default void run(Runnable event) {
    put(event);
    wake();
  }

  /** Runs an event. A bug in it is logged; what comes after it in the lane still runs. */
  static void perform(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException | Error bug) {
      var log = System.getLogger(Lane.class.getName());
      log.log(System.Logger.Level.ERROR, "an event of a call failed; its later ones go on", bug);
    }
  }

  /** Says that the call is over: what comes late still runs, but nothing waits for it. */
  void end();
}
