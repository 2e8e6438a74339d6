package dev.meshkit.store;

import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a store's file system has become read-only under it, as Linux makes one that it found
 * damaged: a state, and no failure, for what was refused was not written. It ends by itself when
 * the file may be written again. Thread-safe.
 */
final class ReadOnlyDisk {
  private static final System.Logger LOG = System.getLogger(ReadOnlyDisk.class.getName());

  private final Path file;
  private volatile boolean on; // written guarded by this

  /** Of a database that may be written. */
  ReadOnlyDisk(Path file) {
    this.file = file;
  }

  /** Whether nothing may be written. */
  boolean isOn() {
    return on;
  }

  /** A write was refused: whether that is because none is permitted any more. */
  synchronized boolean explains(StoreException refused) {
    if (!refused.isRefusedWrite() || Files.isWritable(file)) return false;
    if (!on) LOG.log(Level.ERROR, StoreErrors.readOnly(file).text());
    on = true;
    return true;
  }

  /** Ends the state if the file may be written again. */
  synchronized void regain() {
    if (!on || !Files.isWritable(file)) return;
    on = false;
    LOG.log(Level.INFO, "the disk may be written again: file={0}", file);
  }
}
