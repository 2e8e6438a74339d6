package dev.meshkit.queue;

import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;

/** How far the named readers of the dead have come. */
final class ReaderTable {
  private static final String AT =
      "SELECT coalesce(max(did), 0) FROM poison_reader WHERE poison = ? AND name = ?";
  private static final String COUNT = "SELECT count(*) FROM poison_reader WHERE poison = ?";
  private static final String ADVANCE =
      """
      INSERT INTO poison_reader (poison, name, did) VALUES (?, ?, ?)
      ON CONFLICT (poison, name) DO UPDATE SET did = max(did, excluded.did)""";
  private static final String RENAME =
      """
      UPDATE OR REPLACE poison_reader SET poison = ?1 WHERE poison = ?2
        AND substr(name, 1, length(?3) + 1) = ?3 || '/' AND instr(substr(name, length(?3) + 2), '/') = 0""";
  private static final String FORGET = "DELETE FROM poison_reader WHERE poison = ? AND name = ?";

  private ReaderTable() {}

  /** The last of the dead that the reader is done with; 0 before the first. */
  static long at(Reading reading, String poison, String name) {
    return reading.query(AT, row -> row.getLong(1), poison, name).getFirst();
  }

  static long at(StoreTx tx, String poison, String name) {
    return tx.first(AT, row -> row.getLong(1), poison, name).orElse(0L);
  }

  static long count(StoreTx tx, String poison) {
    return tx.first(COUNT, row -> row.getLong(1), poison).orElse(0L);
  }

  /** Never back. */
  static void advance(StoreTx tx, String poison, String name, long did) {
    tx.update(ADVANCE, poison, name, did);
  }

  /** What the readers of a queue are done with under one name, they are under another. */
  static void rename(StoreTx tx, String queue, String before, String now) {
    tx.update(RENAME, now, before, queue);
  }

  static boolean forget(StoreTx tx, String poison, String name) {
    return tx.update(FORGET, poison, name) == 1;
  }
}
