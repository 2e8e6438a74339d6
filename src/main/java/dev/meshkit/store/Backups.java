package dev.meshkit.store;

import static java.util.Objects.requireNonNull;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import dev.meshkit.runtime.FileTrouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Takes copies of a database, and makes databases of copies. Nothing half made keeps its name: what
 * is being written ends in {@code .part}.
 */
final class Backups {
  private static final String FACTS =
      """
      SELECT p.batch, (SELECT t FROM meta WHERE k = 'store_uuid'),
        (SELECT user_version FROM pragma_user_version) FROM progress p""";
  private static final String IDENTITY = "UPDATE meta SET t = ? WHERE k = 'store_uuid'";
  private static final String FROM =
      "INSERT OR REPLACE INTO meta (k, t) SELECT 'restored_from', t FROM meta WHERE k = 'store_uuid'";

  private static final String BY = "INSERT OR REPLACE INTO meta (k, t) VALUES ('restored_by', ?)";

  private final StoreOptions options;

  Backups(StoreOptions options) {
    this.options = options;
  }

  /** Copies what {@code reader} sees into {@code to}, checks the copy, and says what it is. */
  Result<Backup> take(Statements reader, Path to) {
    var part = to.resolveSibling(to.getFileName() + ".part");
    try {
      var refusal = refusal(to);
      if (!refusal.isEmpty()) return Result.err(StoreErrors.backup(to, refusal));
      Files.deleteIfExists(part);
      copy(reader, part);
      var backup = described(part, to);
      sync(part);
      Files.writeString(Backup.manifest(to), backup.text());
      sync(Backup.manifest(to));
      moved(part, to);
      return Result.ok(backup);
    } catch (IOException | SQLException | StoreException cause) {
      return Result.err(StoreErrors.backup(to, reason(cause, part)));
    }
  }

  /**
   * Makes the database of {@code options} out of a copy. It gets an identity of its own, since
   * under the old one peers would take its new messages for those that were sent after the copy was
   * taken, and drop them; so what it sends waits until an operator says that it may be sent again.
   */
  Result<Backup> restore(Path copy, String by) {
    return switch (StoreLock.take(options.file())) {
      case Result.Err<StoreLock>(var error) -> Result.err(error);
      case Result.Ok<StoreLock>(var lock) -> {
        try (lock) {
          yield Files.exists(options.file())
              ? Result.err(StoreErrors.backup(copy, options.file() + " exists: move it away"))
              : restored(copy, by);
        } catch (IOException cause) {
          yield Result.err(StoreErrors.backup(copy, FileTrouble.why(cause)));
        }
      }
    };
  }

  private Result<Backup> restored(Path copy, String by) {
    var part = options.file().resolveSibling(options.file().getFileName() + ".part");
    try {
      var backup = Backup.read(copy);
      if (!backup.sha256().equals(sha256(copy))) {
        return Result.err(StoreErrors.backup(copy, "it is not what its manifest says: damaged"));
      }
      var schema = Schema.load(options.schema());
      if (backup.schema() > schema.version()) {
        return Result.err(StoreErrors.backup(copy, "it was made by a newer MeshKit"));
      }
      Files.copy(copy, part, StandardCopyOption.REPLACE_EXISTING);
      renew(part, schema, by);
      sync(part);
      // of another database by this name
      for (var end : List.of("-journal", "-wal", "-shm", ".mended", ".damaged")) {
        Files.deleteIfExists(options.file().resolveSibling(options.file().getFileName() + end));
      }
      moved(part, options.file());
      return Result.ok(backup);
    } catch (IOException | SQLException | StoreException cause) {
      return Result.err(StoreErrors.backup(copy, reason(cause, part)));
    }
  }

  private void renew(Path part, Schema schema, String by) throws SQLException {
    try (var database = Opening.connect(part)) {
      checked(database);
      database.autoCommit(false);
      rename(database, options.chance());
      database.update(BY, by);
      schema.restores().forEach(database::script);
      database.autoCommit(true);
    }
  }

  /** What is wrong with a file that has a manifest; nothing with one that has none. */
  static List<String> unlikeItsManifest(Path file) throws IOException {
    if (Files.notExists(Backup.manifest(file))) return List.of();
    return Backup.read(file).sha256().equals(sha256(file))
        ? List.of()
        : List.of("it is not what its manifest says");
  }

  /** Gives a database that is not what it was an identity of its own, in a transaction. */
  static void rename(Statements database, RandomGenerator chance) {
    database.update(FROM);
    database.update(IDENTITY, StoreIdentity.random(chance).hex());
  }

  private String refusal(Path to) throws IOException {
    if (Files.exists(to)) return "it exists";
    var directory = requireNonNull(to.toAbsolutePath().getParent());
    var free = Files.getFileStore(directory).getUsableSpace();
    var wanted =
        2
            * (Files.size(options.file())
                + (Files.exists(options.log()) ? Files.size(options.log()) : 0));
    return free < wanted
        ? "it wants " + wanted + " free bytes, twice the database, and there are " + free
        : "";
  }

  /** Writing is off for a reader's connection, and a copy is a writing. */
  private static void copy(Statements reader, Path part) {
    reader.script("PRAGMA query_only = OFF");
    try {
      reader.update("VACUUM INTO ?", part.toAbsolutePath().toString());
    } finally {
      reader.script("PRAGMA query_only = ON");
    }
  }

  private Backup described(Path part, Path to) throws IOException, SQLException {
    try (var copy = Opening.connect(part)) {
      checked(copy);
      var wall = options.clocks().wall().instant();
      var sha256 = sha256(part);
      return copy.query(
              FACTS,
              row ->
                  new Backup(
                      to,
                      size(part),
                      sha256,
                      row.getInt(3),
                      Bytes.hex(row.getString(2)),
                      row.getLong(1),
                      wall))
          .getFirst();
    }
  }

  private static void checked(Statements database) {
    var found = database.query("PRAGMA integrity_check(1)", row -> row.getString(1)).getFirst();
    if (!found.equals("ok")) throw StoreException.damage(found);
  }

  private static String reason(Exception cause, Path part) {
    try {
      Files.deleteIfExists(part);
      return FileTrouble.why(cause);
    } catch (IOException left) {
      return FileTrouble.why(cause) + "; left behind: " + FileTrouble.why(left);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  private static Bytes sha256(Path file) throws IOException {
    try (var in = new DigestInputStream(Files.newInputStream(file), sha256())) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return Bytes.of(in.getMessageDigest().digest());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  static void moved(Path part, Path to) throws IOException {
    Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
    sync(requireNonNull(to.toAbsolutePath().getParent()));
  }

  static void sync(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
