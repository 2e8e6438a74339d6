package dev.meshkit.store;

/**
 * The bounds of what one store has on disk, in bytes.
 *
 * @param reserve a file of this size is kept, and given up when the disk is full, so that work can
 *     end; default 16 MiB, 0 for none
 * @param release free space from which a full store adds work again, more than {@code reserve},
 *     default 64 MiB
 * @param checkpoint log (WAL) between two checkpoints, default 4 MiB
 * @param walSoft log from which a checkpoint waits for readers and cuts the file, default 64 MiB
 * @param walAlarm log from which a warning names the oldest reader, default 256 MiB
 * @param spare pages that hold nothing, beyond which an idle store gives them back to the disk;
 *     default 64 MiB
 */
public record DiskLimits(
    long reserve, long release, long checkpoint, long walSoft, long walAlarm, long spare) {
  /** What design and configuration call the defaults. */
  public static final DiskLimits DEFAULTS =
      new DiskLimits(16 << 20, 64 << 20, 4 << 20, 64 << 20, 256 << 20, 64 << 20);

  /** Checks their order. */
  public DiskLimits {
    if (reserve < 0 || release <= reserve) {
      throw new IllegalArgumentException("want 0 <= reserve < release");
    }
    if (checkpoint < 1 || checkpoint > walSoft || walSoft > walAlarm) {
      throw new IllegalArgumentException("want 0 < checkpoint <= walSoft <= walAlarm");
    }
    if (spare < 0) throw new IllegalArgumentException("want 0 <= spare");
  }

  /** These limits with another reserve. */
  public DiskLimits withReserve(long bytes, long releaseBytes) {
    return new DiskLimits(bytes, releaseBytes, checkpoint, walSoft, walAlarm, spare);
  }

  /** These limits with another log. */
  public DiskLimits withLog(long checkpointBytes, long softBytes, long alarmBytes) {
    return new DiskLimits(reserve, release, checkpointBytes, softBytes, alarmBytes, spare);
  }

  /** These limits with another bound of pages that hold nothing. */
  public DiskLimits withSpare(long bytes) {
    return new DiskLimits(reserve, release, checkpoint, walSoft, walAlarm, bytes);
  }
}
