package dev.meshkit.store;

import java.util.List;

/**
 * A setting of a connection that is made, and read back: SQLite ignores what it does not know.
 *
 * @param name its name
 * @param set the value to set
 * @param want what must be read afterwards
 */
record Pragma(String name, String set, String want) {
  /** The writer's, in this order: auto_vacuum only counts before the first table. */
  static final List<Pragma> WRITER =
      List.of(
          new Pragma("auto_vacuum", "INCREMENTAL", "2"),
          new Pragma("journal_mode", "WAL", "wal"),
          new Pragma("synchronous", "FULL", "2"),
          new Pragma("wal_autocheckpoint", "0", "0"),
          new Pragma("journal_size_limit", "67108864", "67108864"),
          new Pragma("temp_store", "MEMORY", "2"),
          new Pragma("mmap_size", "0", "0"),
          new Pragma("trusted_schema", "OFF", "0"),
          new Pragma("cell_size_check", "ON", "1"),
          new Pragma("cache_size", "-32768", "-32768"));

  /** The writer's once it is open: from then on the committer waits, and knows that it does. */
  static final Pragma WAIT_FOR_NOBODY = new Pragma("busy_timeout", "0", "0");

  /** A reader's. */
  static final List<Pragma> READER =
      List.of(
          new Pragma("busy_timeout", "1000", "1000"),
          new Pragma("temp_store", "MEMORY", "2"),
          new Pragma("mmap_size", "0", "0"),
          new Pragma("trusted_schema", "OFF", "0"),
          new Pragma("cell_size_check", "ON", "1"),
          new Pragma("cache_size", "-8192", "-8192"),
          new Pragma("query_only", "ON", "1"));

  /** macOS only: its fsync does not reach the platter without this. */
  static final Pragma FULL_FSYNC = new Pragma("fullfsync", "1", "1");

  /** Sets it; what was read back, which should equal {@link #want}. */
  String apply(Statements statements) {
    statements.script("PRAGMA " + name + " = " + set);
    var read = statements.query("PRAGMA " + name, row -> row.getString(1));
    return read.isEmpty() ? "" : read.getFirst();
  }
}
