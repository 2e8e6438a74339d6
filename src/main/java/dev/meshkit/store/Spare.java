package dev.meshkit.store;

/**
 * Pages of a file that hold nothing: kept for what comes next up to a bound, and beyond it given
 * back to the disk while the store idles. By the writer, between two commits of nobody's: on a
 * reader's connection it would hold the writer up, and look like another program's edit. Measured
 * on the writer thread; {@link #isMuch} and {@link #isIdle} are for the thread that tends.
 */
final class Spare {
  private static final String FREE = "SELECT freelist_count FROM pragma_freelist_count";
  private static final String PAGE = "SELECT page_size FROM pragma_page_size";

  private final Statements writer;
  private final long most;
  private long pageBytes; // 0 until the first look
  private volatile long bytes;
  private volatile long commits;
  private long commitsSeen; // by the thread that tends

  Spare(Statements writer, StoreOptions options) {
    this.writer = writer;
    this.most = options.limits().disk().spare();
  }

  /** Looks how much there is. */
  void measure() {
    if (pageBytes == 0) pageBytes = writer.query(PAGE, row -> row.getLong(1)).getFirst();
    bytes = writer.query(FREE, row -> row.getLong(1)).getFirst() * pageBytes;
  }

  /** Something was committed. */
  void committed() {
    var before = commits; // changed only here, hence by one thread
    commits = before + 1;
  }

  /** Whether there is more than is kept. */
  boolean isMuch() {
    return bytes > most;
  }

  /** Whether nothing but the last look's own was committed since. */
  boolean isIdle() {
    var now = commits;
    var idle = now - commitsSeen <= 1;
    commitsSeen = now;
    return idle;
  }
}
