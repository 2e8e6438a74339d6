package dev.meshkit.gate;

import dev.meshkit.store.StoreTx;

/**
 * The numbers of a store's runs, which never repeat: taken from the file by the block, so that a
 * run costs no statement of its own. The rest of a block is lost with the process. The writer
 * thread's.
 */
final class RunNumbers {
  /** How many are taken at once. */
  static final int BLOCK = 256;

  static final String TAKE =
      """
      INSERT INTO meta (k, i) VALUES ('rid', ?)
      ON CONFLICT (k) DO UPDATE SET i = i + excluded.i""";
  static final String LAST = "SELECT i FROM meta WHERE k = 'rid'";

  private long next = 1;
  private long last; // of the block

  long next(StoreTx tx) {
    if (next > last) take(tx);
    return next++;
  }

  private void take(StoreTx tx) {
    tx.update(TAKE, BLOCK);
    last = tx.first(LAST, row -> row.getLong(1)).orElseThrow();
    next = last - BLOCK + 1;
    tx.onRollback(() -> next = last + 1); // the file has the block still, for whoever takes it
  }
}
