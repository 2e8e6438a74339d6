package dev.meshkit.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of one database, seen while its lock is held.
 *
 * @param file the database itself
 * @param fresh whether there was none
 */
record DatabaseFiles(Path file, boolean fresh) {
  private static final List<String> BESIDE = List.of("-journal", "-wal", "-shm");

  /**
   * A file of ours beside a database: {@code mesh.lock} of {@code mesh.db}; of {@code mesh}, which
   * is another, {@code mesh-lock}.
   */
  static Path beside(Path database, String what) {
    var name = database.getFileName().toString();
    var ours = name.endsWith(".db") ? name.substring(0, name.length() - 2) : name + "-";
    return database.resolveSibling(ours + what);
  }

  /** What there is now. */
  static DatabaseFiles at(Path file) {
    return new DatabaseFiles(file, Files.notExists(file));
  }

  /** Removes them, unless they were there before; nobody may have them open. */
  void unmake() throws IOException {
    if (!fresh) return;
    for (var end : BESIDE) Files.deleteIfExists(file.resolveSibling(file.getFileName() + end));
    DiskRoom.remove(beside(file, DiskRoom.RESERVE));
    Files.deleteIfExists(file);
  }
}
