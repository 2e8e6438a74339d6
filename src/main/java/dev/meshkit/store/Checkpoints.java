package dev.meshkit.store;

/**
 * Moves the log (WAL) into the database every so many bytes, so that it starts over and stays
 * small. Runs on the writer thread, between commits, when the callers have their answers.
 *
 * <p>Bytes and not rows, for a row may hold a megabyte. How long the log is says SQLite's own index
 * of it; the file's size does not, for a log that starts over overwrites its file from the front.
 *
 * <p>The log starts over at the first commit that finds all of it moved and nobody reading it. A
 * reader that stays, such as a shell in a transaction, keeps it growing; beyond {@link #SOFT_BYTES}
 * readers are waited for, which our own, each a page, are worth, and the file is cut.
 */
final class Checkpoints {
  /** Bytes of log between two checkpoints. */
  static final long EVERY_BYTES = 4 << 20;

  /** Bytes of log from which a checkpoint waits for readers, and cuts the file. */
  static final long SOFT_BYTES = 64 << 20;

  /** A frame is a page and this. https://sqlite.org/fileformat2.html#walformat */
  private static final int FRAME_HEADER_BYTES = 24;

  /** Longer than a page of rows is read, shorter than anybody minds. */
  private static final String WAIT = "PRAGMA busy_timeout = 100";

  private static final String PAGE = "PRAGMA page_size";
  private static final String WAIT_FOR_NOBODY = "PRAGMA busy_timeout = 0";

  private final Statements writer;
  private long frameBytes; // 0 until the first commit
  private long doneBytes; // how long the log was after the last checkpoint

  Checkpoints(Statements writer) {
    this.writer = writer;
  }

  /** Looks how long the log is, and makes a checkpoint if one is due. */
  void afterCommit() {
    if (frameBytes == 0) {
      frameBytes = writer.query(PAGE, row -> row.getLong(1)).getFirst() + FRAME_HEADER_BYTES;
    }
    var bytes = checkpoint("NOOP");
    if (bytes < doneBytes) doneBytes = 0; // it has started over
    if (bytes - doneBytes < EVERY_BYTES) return;
    doneBytes = bytes < SOFT_BYTES ? checkpoint("PASSIVE") : cut();
  }

  private long cut() {
    writer.script(WAIT);
    try {
      return checkpoint("TRUNCATE");
    } finally {
      writer.script(WAIT_FOR_NOBODY);
    }
  }

  /** Bytes in the log then. A reader in the way is no error: less was done. */
  private long checkpoint(String mode) {
    var frames = writer.query("PRAGMA wal_checkpoint(" + mode + ")", row -> row.getLong(2));
    return frames.getFirst() * frameBytes;
  }
}
