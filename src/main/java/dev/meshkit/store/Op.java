package dev.meshkit.store;

import java.util.function.Function;

/**
 * One caller's part of a transaction.
 *
 * <p>{@code work} may run more than once and must touch nothing but its {@link StoreTx}: no I/O, no
 * waiting. It runs on the store's writer thread. What it throws fails this operation alone.
 *
 * @param name what it is, for events and messages: {@code queue.enqueue}
 * @param kind its place in the batch
 * @param sizeBytes what it adds to the batch's size, roughly
 * @param work what it does; its value is the caller's answer
 * @param <T> the answer's type
 */
public record Op<T>(String name, Kind kind, int sizeBytes, Function<StoreTx, T> work) {
  /** The places in a batch, in the order in which they run. The first three are urgent. */
  public enum Kind {
    /** Ends a lease. */
    SETTLE,
    /** Ends leases whose time is over: after those that were settled in time. */
    EXPIRE,
    /** Writes down what was decided: votes, effects, gates, inbox marks. */
    RECORD,
    /** Adds work. */
    ENQUEUE,
    /** Hands out work. */
    LEASE,
    /** Writes down what a batch came to; only through {@link StoreTx#last}. */
    COUNT;

    /** Whether a full queue of enqueues must not delay it. */
    boolean urgent() {
      return this == SETTLE || this == EXPIRE || this == RECORD;
    }
  }

  /** Ends a lease. */
  public static <T> Op<T> settle(String name, Function<StoreTx, T> work) {
    return new Op<>(name, Kind.SETTLE, 0, work);
  }

  /** Writes down what was decided. */
  public static <T> Op<T> record(String name, Function<StoreTx, T> work) {
    return new Op<>(name, Kind.RECORD, 0, work);
  }

  /** Adds work of {@code sizeBytes}. */
  public static <T> Op<T> enqueue(String name, int sizeBytes, Function<StoreTx, T> work) {
    return new Op<>(name, Kind.ENQUEUE, sizeBytes, work);
  }

  /** Hands out work. */
  public static <T> Op<T> lease(String name, Function<StoreTx, T> work) {
    return new Op<>(name, Kind.LEASE, 0, work);
  }
}
