package dev.meshkit.store;

import dev.meshkit.runtime.FileTrouble;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * That a database was found damaged, for the start that follows: {@code mesh.db.damaged} beside it,
 * with what was found. It goes when the database was mended or another put in its place.
 */
final class DamageMark {
  private static final System.Logger LOG = System.getLogger(DamageMark.class.getName());

  private DamageMark() {}

  /** Where the mark of a database lies. */
  static Path file(Path database) {
    return database.resolveSibling(database.getFileName() + ".damaged");
  }

  /** Leaves it; a disk that takes none leaves the next start to find out by itself. */
  static void leave(Path database, String found) {
    try {
      Files.writeString(file(database), found + "\n");
    } catch (IOException cause) {
      LOG.log(Level.WARNING, "no mark of the damage was left: {0}", FileTrouble.why(cause));
    }
  }

  /** Takes it away. */
  static void remove(Path database) throws IOException {
    Files.deleteIfExists(file(database));
  }
}
