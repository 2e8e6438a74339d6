package dev.meshkit.queue;

import dev.meshkit.store.StoreTx;

/**
 * Numbers that are never given twice in a store, even over empty tables: reserved in blocks by a
 * row of {@code meta}, given from memory. Confined to the writer thread (rule R4: no generated
 * keys).
 */
final class Ids {
  /** Reserved at a time; what a crash leaves unused is skipped. */
  private static final int BLOCK = 4_096;

  private static final String RESERVE =
      """
      INSERT INTO meta (k, i) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET i = i + ?""";
  private static final String RAISE =
      "INSERT INTO meta (k, i) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET i = max(i, ?)";
  private static final String MARK = "SELECT i FROM meta WHERE k = ?";

  private final String name;
  private volatile long known;
  private volatile long last; // that may have been given
  private long next = 1;
  private long end; // exclusive upper bound of the block; next >= end: none is left

  /** Numbers under one name: {@code seq}, {@code fence}. */
  Ids(String name) {
    this.name = name;
  }

  /** The next number, from 1. */
  long next(StoreTx tx) {
    if (next >= end) reserve(tx);
    last = next;
    return next++;
  }

  /** All numbers up to the mark, as it is now, may have been given by others. */
  void load(StoreTx tx) {
    last = mark(tx);
  }

  /** Whether this may be a number of somebody's; from any thread. */
  boolean mayHaveGiven(long number) {
    return number > 0 && number <= last;
  }

  /** All numbers given so far, in this store and under this name, are at most this. */
  long mark(StoreTx tx) {
    known = tx.first(MARK, row -> row.getLong(1), name).orElse(0L);
    return known;
  }

  /** The mark as it was last seen, perhaps by a transaction that was undone; from any thread. */
  long known() {
    return known;
  }

  /** Numbers up to this one were given elsewhere: the mark is at least that. */
  void raise(StoreTx tx, long upTo) {
    tx.update(RAISE, name, upTo, upTo);
    var _ = mark(tx);
  }

  private void reserve(StoreTx tx) {
    tx.update(RESERVE, name, (long) BLOCK, (long) BLOCK);
    end = mark(tx) + 1;
    next = end - BLOCK;
    tx.onRollback(() -> end = 0); // the block was not reserved after all
  }
}
