package dev.meshkit.store;

import dev.meshkit.api.MeshError;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Puts a salvaged database in the place of one that was found damaged, under its lock, before it is
 * opened. The damaged files are kept in {@code damaged-<n>}, with a report.
 *
 * <pre>
 * mesh.db.damaged       the mark: there is something to do
 * mesh.db.part          being salvaged; a crash begins again
 * mesh.db.mended        salvaged and on the disk; a crash goes on from here
 * </pre>
 *
 * <p>The old log must be gone before the new file has its name, or it would be applied to it: hence
 * the two steps.
 */
final class Mending {
  private static final System.Logger LOG = System.getLogger(Mending.class.getName());
  private static final List<String> LOG_FILES = List.of("-wal", "-shm");

  private final StoreOptions options;
  private final Schema schema;
  private final Path file;
  private final Path mended;

  Mending(StoreOptions options, Schema schema) {
    this.options = options;
    this.schema = schema;
    this.file = options.file().toAbsolutePath();
    this.mended = beside(".mended");
  }

  /**
   * Whether a file of this schema may be salvaged: votes may not, a lost one could be cast twice.
   */
  static boolean isFor(Schema schema) {
    return !schema.mends().isEmpty();
  }

  /** Mends what an earlier run found damaged, if it did; why that cannot be, if it cannot. */
  Optional<MeshError> mend() throws IOException, SQLException {
    if (Files.exists(mended)) {
      exchange();
      return Optional.empty();
    }
    if (!isFor(schema) || Files.notExists(DamageMark.file(file)) || Files.notExists(file)) {
      return Optional.empty();
    }
    var part = beside(".part");
    Files.deleteIfExists(part);
    Files.deleteIfExists(beside(".part-journal"));
    var losses = new Salvage(options, schema).into(part);
    if (losses.anyOf(schema.needed())) {
      Files.deleteIfExists(part);
      return Optional.of(StoreErrors.unmendable(file, losses.summary()));
    }
    var kept = keep(losses);
    Backups.sync(part);
    Files.move(part, mended, StandardCopyOption.ATOMIC_MOVE);
    exchange();
    tell(losses, kept);
    return Optional.empty();
  }

  private void exchange() throws IOException {
    for (var end : LOG_FILES) Files.deleteIfExists(beside(end));
    Backups.moved(mended, file);
    DamageMark.remove(file);
  }

  /** The damaged files under a directory of their own: a link costs no room. */
  private Path keep(Losses losses) throws IOException {
    var directory =
        IntStream.iterate(1, n -> n + 1)
            .mapToObj(n -> file.resolveSibling("damaged-" + n))
            .filter(Files::notExists)
            .findFirst()
            .orElseThrow();
    Files.createDirectory(directory);
    for (var end : List.of("", "-wal", "-shm")) {
      var one = beside(end);
      if (Files.exists(one)) link(one, directory.resolve(one.getFileName()));
    }
    var found = Files.readString(DamageMark.file(file));
    Files.writeString(directory.resolve("report.txt"), "found: " + found + losses.text());
    return directory;
  }

  private static void link(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (UnsupportedOperationException | IOException _) {
      Files.copy(from, to); // a file system without links
    }
  }

  private void tell(Losses losses, Path kept) {
    if (losses.isAnyLeft()) {
      LOG.log(
          Level.WARNING,
          "the database was damaged, and not all but its rows could be taken along: file={0}"
              + " left={1} before={2}",
          file,
          losses.leftover(),
          kept);
    }
    if (losses.isNone()) {
      LOG.log(
          Level.WARNING,
          "the database was damaged and is made anew; no row is missing, by what its tables, indexes"
              + " and lanes count: file={0} before={1}",
          file,
          kept);
      return;
    }
    LOG.log(
        Level.WARNING,
        "the database was damaged; what could be read is kept, and what it sends is paused:"
            + " file={0} lost={1} report={2}",
        file,
        losses.summary(),
        kept.resolve("report.txt"));
  }

  private Path beside(String end) {
    return file.resolveSibling(file.getFileName() + end);
  }
}
