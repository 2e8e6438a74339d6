package dev.meshkit.store;

import static java.util.Objects.requireNonNull;

import dev.meshkit.api.MeshError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sqlite.SQLiteConfig;

/**
 * A look into a database that leaves no trace: nothing is written, locked or made beside it. So
 * what it refuses is refused unchanged.
 *
 * <p>A log that was not checkpointed is read as well, through a wal-index in memory; without its
 * {@code -shm} file SQLite cannot do that, and the look sees the file as the last checkpoint left
 * it. That is never a false refusal: a version only grows, and an identity never changes.
 */
final class Inspection {
  private static final String META = "SELECT k, t FROM meta WHERE t IS NOT NULL";

  private static final String MIN_READER =
      "SELECT i FROM meta WHERE k = 'min_reader' AND i IS NOT NULL";

  private final Path file;
  private final int newest;
  private final Map<String, String> identity;

  /**
   * A look at {@code file} by a program whose newest schema is {@code newest}.
   *
   * @param identity whose file it must be, by key of {@code meta}; an empty value is nobody's
   */
  Inspection(Path file, int newest, Map<String, String> identity) {
    this.file = RealPath.of(file);
    this.newest = newest;
    this.identity = Map.copyOf(identity);
  }

  /** Why the file that is there must not be touched, if it must not; a missing one may be made. */
  Optional<MeshError> refusal() throws SQLException, IOException {
    if (!Files.exists(file)) return Optional.empty();
    if (!Files.isRegularFile(file)) return Optional.of(StoreErrors.noFile(file));
    var locked = outOfReach();
    if (locked.isPresent() || Files.size(file) == 0) return locked;
    try (var reader = connect()) {
      var version = version(reader);
      if (version > newest && minReader(reader) > newest) return Optional.of(newer(version));
      return version == 0 ? Optional.empty() : stranger(meta(reader));
    }
  }

  /**
   * SQLite opens what may only be read as well, and then leaves a log and its index beside it that
   * it cannot remove, of a mode that keeps the next one out.
   */
  private Optional<MeshError> outOfReach() {
    for (var one : List.of(file, beside(file, "-wal"), beside(file, "-shm"))) {
      if (Files.notExists(one) || (Files.isReadable(one) && Files.isWritable(one))) continue;
      return Optional.of(unusable(one, "chmod u+rw " + one));
    }
    var directory = requireNonNull(file.toAbsolutePath().getParent());
    return Files.isWritable(directory)
        ? Optional.empty()
        : Optional.of(unusable(directory, "chmod u+rwx " + directory));
  }

  private MeshError unusable(Path one, String fix) {
    return StoreErrors.open(
        "MK-STO-001",
        file,
        one.getFileName()
            + " cannot be both read and written by this user, or its disk is read-only",
        "run as the user who owns it, or: " + fix);
  }

  /** Whether there is certainly no database that was opened before. */
  boolean isBlank() throws SQLException, IOException {
    if (Files.notExists(file)) return true;
    if (!Files.isRegularFile(file)) return false;
    if (Files.size(file) == 0) return true;
    if (isNotEmpty(beside(file, "-wal")) && !canReadLog(file))
      return false; // its first page may lie there
    try (var reader = connect()) {
      return version(reader) == 0;
    }
  }

  /** A text value of {@code meta}; none if the file has none, or there is no such file. */
  Optional<String> fact(String key) throws SQLException, IOException {
    if (!Files.isRegularFile(file) || Files.size(file) == 0) return Optional.empty();
    try (var reader = connect()) {
      if (version(reader) == 0) return Optional.empty();
      return Optional.ofNullable(meta(reader).get(key));
    }
  }

  private static int version(Statements reader) {
    return reader.query("PRAGMA user_version", row -> row.getInt(1)).getFirst();
  }

  /** The oldest schema whose programs a newer file lets in; none unless it says so. */
  private static int minReader(Statements reader) {
    var said = reader.query(MIN_READER, row -> row.getInt(1));
    return said.isEmpty() ? Integer.MAX_VALUE : said.getFirst();
  }

  private Statements connect() throws SQLException, IOException {
    return connect(file);
  }

  /** A connection to a file that is only read, and beside which nothing is made. */
  static Statements connect(Path name) throws SQLException, IOException {
    var file = RealPath.of(name);
    var config = new SQLiteConfig();
    config.setReadOnly(true);
    var how = canReadLog(file) ? "mode=ro&readonly_shm=1" : "immutable=1";
    var uri = file.toAbsolutePath().toUri().getRawPath();
    var reader = new Statements(config.createConnection("jdbc:sqlite:file:" + uri + "?" + how));
    BrokenViews.passOver(reader);
    return reader;
  }

  private static boolean canReadLog(Path file) throws IOException {
    return isNotEmpty(beside(file, "-wal")) && Files.exists(beside(file, "-shm"));
  }

  private static boolean isNotEmpty(Path one) throws IOException {
    return Files.exists(one) && Files.size(one) > 0;
  }

  private static Path beside(Path file, String end) {
    return file.resolveSibling(file.getFileName() + end);
  }

  private static Map<String, String> meta(Statements reader) {
    var all = new TreeMap<String, String>();
    reader.query(META, row -> all.put(row.getString(1), row.getString(2)));
    return all;
  }

  private MeshError newer(int version) {
    return StoreErrors.open(
        "MK-STO-004",
        file,
        "it was written by a newer MeshKit: schema " + version + ", this program knows " + newest,
        "run the newer program, or restore a backup made before the upgrade");
  }

  private Optional<MeshError> stranger(Map<String, String> meta) {
    for (var fact : new TreeMap<>(identity).entrySet()) {
      var found = meta.getOrDefault(fact.getKey(), fact.getValue());
      if (found.equals(fact.getValue())) continue;
      var wanted =
          fact.getValue().isEmpty()
              ? "and this node has none yet"
              : "not '" + fact.getValue() + "'";
      return Optional.of(
          StoreErrors.open(
              "MK-STO-005",
              file,
              "its " + fact.getKey() + " is '" + found + "', " + wanted,
              "point data.dir (--data) at this node's own directory, or at an empty one"));
    }
    return Optional.empty();
  }
}
