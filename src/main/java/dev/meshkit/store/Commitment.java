package dev.meshkit.store;

/**
 * What follows from whether a transaction commits, for memory that goes with it. One thread's; what
 * is handed over runs on it.
 */
public interface Commitment {
  /** Changes memory once this transaction is durable. */
  void afterCommit(Runnable then);

  /** Tells someone who waits, once this transaction is durable and all memory agrees with it. */
  void tell(Runnable then);

  /**
   * Runs {@code undone} if what this operation did is rolled back, newest first: for memory that
   * has one owner and mirrors what is undone. Runs before anything else touches that memory.
   */
  void onRollback(Runnable undone);
}
