package dev.meshkit.store;

import dev.meshkit.observe.Metric;
import java.lang.System.Logger.Level;

/**
 * Sees what others do to a store between its commits: edits of the file, jumps of the wall clock.
 * Confined to the writer thread. It counts and says so; fences and the queue clock are what keeps
 * either harmless.
 */
final class Watch {
  private static final System.Logger LOG = System.getLogger(Watch.class.getName());
  private static final String DATA_VERSION = "PRAGMA data_version";

  private final StoreOptions options;
  private final Opening.Opened opened;
  private long dataVersion = -1; // of no file

  /**
   * The two clocks that a commit writes down.
   *
   * @param queueMs the queue clock, which is monotonic
   * @param wallMs the wall clock
   */
  record Times(long queueMs, long wallMs) {}

  Watch(StoreOptions options, Opening.Opened opened) {
    this.options = options;
    this.opened = opened;
  }

  /** A transaction has begun: did another connection change rows since the last one? */
  void begun() {
    var version = opened.writer().query(DATA_VERSION, row -> row.getLong(1)).getFirst();
    var before = dataVersion;
    dataVersion = version;
    if (before == -1 || before == version) return;
    options.meters().count(Metric.STORE_FOREIGN_CHANGE_TOTAL, options.label());
    LOG.log(Level.WARNING, "another program has changed the store: file={0}", options.file());
  }

  /** What the commit that is being made writes down. */
  Times times() {
    var _ = opened.jumps().count(); // each is seen by the next commit at the latest
    return new Times(
        opened.clock().instant().toEpochMilli(), options.clocks().wall().instant().toEpochMilli());
  }
}
