package dev.meshkit.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a database lies that is named by a symbolic link. SQLite follows such a link and keeps the
 * log beside the file itself; so must the lock and all else that lies beside it, or two names of
 * one file would be two files to us.
 */
final class RealPath {
  /** More links in a row are a circle: as many as Linux follows. */
  private static final int MOST_LINKS = 40;

  private RealPath() {}

  /** The file that a name stands for, which need not exist; one that is no link is itself. */
  static Path of(Path file) {
    var at = file;
    for (var links = 0; Files.isSymbolicLink(at); links++) {
      if (links == MOST_LINKS) return file; // opening it says so
      try {
        at = at.toAbsolutePath().resolveSibling(Files.readSymbolicLink(at));
      } catch (IOException _) {
        return file; // opening it says what is wrong
      }
    }
    return at;
  }
}
