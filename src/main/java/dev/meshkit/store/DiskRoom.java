package dev.meshkit.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Room that is kept back on a store's disk, {@code mesh.reserve} beside {@code mesh.db}: given up
 * when the disk is full, so that work can end, and taken again when there is room. Thread-safe.
 *
 * <p>Full is a state, not an error: from the first SQLITE_FULL until more than {@code
 * disk.release()} is free and the reserve is back.
 */
final class DiskRoom {
  private static final System.Logger LOG = System.getLogger(DiskRoom.class.getName());
  private static final int CHUNK = 1 << 20;

  /** What it is called, after the database's name. */
  static final String RESERVE = "reserve";

  private final Path reserve;
  private final DiskLimits limits;
  private volatile boolean full; // written guarded by this

  DiskRoom(StoreOptions options) {
    this.reserve = DatabaseFiles.beside(options.file(), RESERVE);
    this.limits = options.limits().disk();
  }

  /** What lies in the reserve's place and is none: everything but zeros, of which it is made. */
  Optional<Path> foreign() throws IOException {
    if (limits.reserve() == 0 || isKept() || isOurs(reserve)) return Optional.empty();
    return Optional.of(reserve);
  }

  /** Removes a reserve; whether there was one. What only has its name stays. */
  static boolean remove(Path reserve) throws IOException {
    return isOurs(reserve) && Files.deleteIfExists(reserve);
  }

  private static boolean isOurs(Path reserve) throws IOException {
    if (Files.notExists(reserve)) return true;
    if (!Files.isRegularFile(reserve)) return false;
    var zeros = ByteBuffer.allocate(CHUNK);
    var read = ByteBuffer.allocate(CHUNK);
    try (var in = FileChannel.open(reserve, StandardOpenOption.READ)) {
      while (in.read(read.clear()) >= 0) {
        if (!zeros.clear().limit(read.position()).equals(read.flip())) return false;
      }
    }
    return true;
  }

  /** Whether nothing may be added. */
  boolean isFull() {
    return full;
  }

  /** Makes the reserve unless it is there; a disk without room for it is full. */
  synchronized void keep() {
    if (!kept()) enter("there is no room for the reserve");
  }

  /** The disk is full: gives the reserve up. Whether there was one. */
  synchronized boolean giveUp() {
    var given = removed();
    enter(given ? "the reserve was given up" : "there is no reserve left");
    return given;
  }

  /** Ends the state if there is room again, and the reserve is back. */
  synchronized void regain() {
    if (!full || free() <= limits.release() || !kept()) return;
    full = false;
    LOG.log(Level.INFO, "the disk has room again: file={0}", reserve);
  }

  private void enter(String what) {
    if (full) return;
    full = true;
    LOG.log(
        Level.WARNING,
        "the disk is full: nothing is added until {0} bytes are free; {1}: file={2}",
        limits.release(),
        what,
        reserve);
  }

  private boolean kept() {
    try {
      if (limits.reserve() == 0) return true;
      if (isKept()) return true;
      if (!isOurs(reserve)) throw new IOException(reserve + " is something else");
      write();
      return true;
    } catch (IOException cause) {
      LOG.log(Level.DEBUG, "no reserve: {0}", cause.getMessage());
      removed();
      return false;
    }
  }

  private boolean isKept() throws IOException {
    return Files.isRegularFile(reserve) && Files.size(reserve) == limits.reserve();
  }

  /** Writes it out: a file of holes keeps no room. */
  private void write() throws IOException {
    var zeros = ByteBuffer.allocate(CHUNK);
    try (var out =
        FileChannel.open(
            reserve,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (out.position() < limits.reserve()) {
        out.write(zeros.clear().limit((int) Math.min(CHUNK, limits.reserve() - out.position())));
      }
    }
  }

  private boolean removed() {
    try {
      return remove(reserve);
    } catch (IOException cause) {
      LOG.log(Level.WARNING, "the reserve cannot be removed: {0}", cause.getMessage());
      return false;
    }
  }

  private long free() {
    try {
      return Files.getFileStore(requireNonNull(reserve.toAbsolutePath().getParent()))
          .getUsableSpace();
    } catch (IOException cause) {
      LOG.log(Level.DEBUG, "free space is unknown: {0}", cause.getMessage());
      return 0;
    }
  }
}
