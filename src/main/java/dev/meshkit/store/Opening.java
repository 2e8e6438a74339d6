package dev.meshkit.store;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.store.Schema.Migration;
import dev.meshkit.store.StoreException.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * The way from a path to a database that may be written: lock, look, pragmas, migrations, boot.
 *
 * <p>Everything that can refuse looks read-only first, so that a refusal leaves the file as it was.
 */
final class Opening {
  /** Older ones can corrupt the file: one connection checkpoints while another resets the WAL. */
  private static final int[] OLDEST_SQLITE = {3, 51, 3};

  /** Of a file that is nobody else's. */
  private static final Duration SHORT = Duration.ofSeconds(5);

  private static final String VIEWS =
      "SELECT name FROM sqlite_schema WHERE type = 'view' AND name LIKE 'v\\_%' ESCAPE '\\'";
  private static final String META = "SELECT k, t FROM meta WHERE t IS NOT NULL";
  private static final String CLEAN = "SELECT i FROM meta WHERE k = 'clean' AND i = 1";
  private static final String PUT_TEXT = "INSERT OR REPLACE INTO meta (k, t) VALUES (?, ?)";
  private static final String PUT_NUMBER = "INSERT OR REPLACE INTO meta (k, i) VALUES (?, ?)";
  private static final String BOOT = "UPDATE progress SET boot = boot + 1, q_ms = ?, wall_ms = ?";
  private static final String PROGRESS = "SELECT batch, q_ms, wall_ms, boot FROM progress";

  private final StoreOptions options;
  private final Schema schema;
  private final DiskRoom room;

  Opening(StoreOptions options, DiskRoom room) {
    this.options = options;
    this.room = room;
    this.schema = Schema.load(options.schema());
  }

  /**
   * What an open database is.
   *
   * @param writer its one writing connection
   * @param lock held until it is closed
   * @param files on disk, and whether this opening made them
   * @param meta text facts by key
   * @param start where its clocks and counters stand
   * @param identity what it goes by
   * @param jumps of the wall clock
   * @param reserved MeshKit's own names in it, in lower case
   * @param clean whether it was closed in order, or is new
   */
  record Opened(
      Statements writer,
      StoreLock lock,
      DatabaseFiles files,
      Map<String, String> meta,
      Progress start,
      QueueClock clock,
      StoreIdentity identity,
      ClockJumps jumps,
      Set<String> reserved,
      boolean clean) {}

  /**
   * The one row of {@code progress}.
   *
   * @param batch commits so far
   * @param queueMs the queue clock then
   * @param wallMs the wall clock then
   * @param boot how often the file was opened
   */
  record Progress(long batch, long queueMs, long wallMs, long boot) {}

  /** Opens; on the thread that will write. A database that a refused opening made is gone again. */
  Result<Opened> open() {
    return switch (StoreLock.take(options.file())) {
      case Result.Err<StoreLock>(var error) -> Result.err(error);
      case Result.Ok<StoreLock>(var lock) -> {
        var files = DatabaseFiles.at(options.file());
        var opened = locked(lock, files);
        yield opened.isOk() ? opened : undone(opened, lock, files);
      }
    };
  }

  private Result<Opened> locked(StoreLock lock, DatabaseFiles files) {
    var began = options.clocks().monotonic().instant();
    try {
      var refusal = new Inspection(options.file(), schema.version(), options.identity()).refusal();
      if (refusal.isPresent()) return Result.err(refusal.get());
      var foreign = room.foreign();
      if (foreign.isPresent())
        return Result.err(StoreErrors.noReserve(options.file(), foreign.get()));
      lock.sign();
      var damage = new Mending(options, schema).mend();
      if (damage.isPresent()) return Result.err(damage.get());
      return roomy(lock, files);
    } catch (RuntimeException | SQLException | IOException cause) {
      return Result.err(unopened(cause, began));
    }
  }

  /** A foreign write lock says nothing against the file. */
  private MeshError unopened(Exception cause, Instant began) {
    if (!(cause instanceof StoreException known) || known.fault() != Fault.BUSY) {
      return StoreErrors.unopened(options.file(), cause);
    }
    var waited = Duration.between(began, options.clocks().monotonic().instant());
    return StoreErrors.busy(options.file(), waited);
  }

  private Statements writer() throws SQLException {
    return connect(options.file(), options.limits().commitDeadline());
  }

  /** A full disk need not keep a node from ending its work: the reserve is for that. */
  private Result<Opened> roomy(StoreLock lock, DatabaseFiles files) throws SQLException {
    try {
      return prepared(writer(), lock, files);
    } catch (StoreException cause) {
      if (!cause.isFull() || !room.giveUp()) throw cause;
      return prepared(writer(), lock, files);
    }
  }

  private static Result<Opened> undone(
      Result<Opened> refused, StoreLock lock, DatabaseFiles files) {
    try (lock) {
      files.unmake();
      return refused;
    } catch (IOException left) {
      return refused.recover(error -> Result.err(error.with("left_behind", left.toString())));
    }
  }

  private Result<Opened> prepared(Statements writer, StoreLock lock, DatabaseFiles files) {
    var ready = false;
    try {
      BrokenViews.drop(writer); // before any other statement, which would fail of them
      var version = text(writer, "SELECT sqlite_version()");
      if (tooOld(version)) {
        return Result.err(
            refusal(
                "MK-STO-003", "SQLite " + version + " is older than 3.51.3", "use a newer one"));
      }
      var refused = settings(options, writer, pragmas());
      if (refused.isPresent()) return Result.err(refused.get());
      migrate(writer);
      var opened = boot(writer, lock, files);
      refused = settings(options, writer, List.of(Pragma.WAIT_FOR_NOBODY));
      ready = refused.isEmpty();
      return ready ? Result.ok(opened) : Result.err(refused.get());
    } finally {
      if (!ready) writer.close();
    }
  }

  /** Applies settings; the refusal of the first that does not read back. */
  private static Optional<MeshError> settings(
      StoreOptions options, Statements connection, List<Pragma> pragmas) {
    for (var pragma : pragmas) {
      var read = pragma.apply(connection);
      if (read.equals(pragma.want())) continue;
      return Optional.of(
          StoreErrors.open(
              "MK-STO-002",
              options.file(),
              "PRAGMA " + pragma.name() + " reads " + read + " after it was set to " + pragma.set(),
              "the file was made by another program, or its disk cannot do this: move it aside"));
    }
    return Optional.empty();
  }

  private void migrate(Statements writer) {
    var version = number(writer, "PRAGMA user_version");
    var steps = schema.migrations().stream().filter(step -> step.version() > version).toList();
    if (version > 0) {
      steps.stream().filter(Migration::rewrites).findFirst().ifPresent(_ -> keep(writer, version));
    }
    for (var step : steps) {
      writer.autoCommit(false);
      writer.script(step.script());
      writer.script("PRAGMA user_version = " + step.version());
      writer.autoCommit(true);
    }
    writer.autoCommit(false);
    writer
        .query(VIEWS, row -> row.getString(1))
        .forEach(view -> writer.script("DROP VIEW " + view));
    schema.views().forEach(writer::script);
    writer.autoCommit(true);
  }

  /** A copy of the file as it is, for whoever must go back: {@code mesh.db.before-10}. */
  private void keep(Statements writer, long version) {
    var name = options.file().getFileName() + ".before-" + version;
    var copy = options.file().toAbsolutePath().resolveSibling(name);
    try {
      Files.deleteIfExists(copy); // of a migration that was tried before, of the same rows
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
    writer.update("VACUUM INTO ?", copy.toString());
  }

  private Opened boot(Statements writer, StoreLock lock, DatabaseFiles files) {
    var before = progress(writer);
    var clean = before.boot() == 0 || !writer.query(CLEAN, row -> row.getInt(1)).isEmpty();
    var clock = QueueClock.resume(options, before);
    writer.autoCommit(false);
    if (!meta(writer).containsKey("store_uuid")) {
      writer.update(PUT_TEXT, "store_uuid", StoreIdentity.random(options.chance()).hex());
    }
    options.identity().forEach((key, value) -> writer.update(PUT_TEXT, key, value));
    writer.update(PUT_NUMBER, "clean", 0L);
    writer.update(
        BOOT, clock.instant().toEpochMilli(), options.clocks().wall().instant().toEpochMilli());
    writer.autoCommit(true);
    var jumps = new ClockJumps(options, clock);
    var meta = meta(writer);
    var identity = new StoreIdentity(meta);
    return new Opened(
        writer, lock, files, meta, progress(writer), clock, identity, jumps, names(writer), clean);
  }

  /** A connection with the driver's settings; the pragmas come later. */
  static Statements connect(Path file) throws SQLException {
    return connect(file, SHORT);
  }

  /** One that waits so long for each lock that somebody else holds. */
  private static Statements connect(Path file, Duration wait) throws SQLException {
    var config = new SQLiteConfig();
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.setOpenMode(SQLiteOpenMode.NOMUTEX); // a connection has one thread: rule R6
    config.setGetGeneratedKeys(false); // rule R4
    config.setBusyTimeout((int) Math.min(Integer.MAX_VALUE, wait.toMillis()));
    return new Statements(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()));
  }

  /** A connection for a reader thread. */
  static Result<Statements> reader(StoreOptions options) {
    try {
      var connection = connect(options.file());
      var refused = settings(options, connection, Pragma.READER);
      return refused.<Result<Statements>>map(Result::err).orElseGet(() -> Result.ok(connection));
    } catch (SQLException cause) {
      return Result.err(StoreErrors.read(options.file(), cause));
    }
  }

  /** Whether a version, {@code 3.51.3}, is older than what is safe. */
  static boolean tooOld(String version) {
    var parts = Pattern.compile("\\.").splitAsStream(version).mapToInt(Integer::parseInt).toArray();
    for (var i = 0; i < OLDEST_SQLITE.length; i++) {
      var part = i < parts.length ? parts[i] : 0;
      if (part != OLDEST_SQLITE[i]) return part < OLDEST_SQLITE[i];
    }
    return false;
  }

  private static List<Pragma> pragmas() {
    var mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac");
    if (!mac) return Pragma.WRITER;
    var all = new java.util.ArrayList<>(Pragma.WRITER);
    all.add(Pragma.FULL_FSYNC);
    return all;
  }

  private static Map<String, String> meta(Statements from) {
    var all = new TreeMap<String, String>();
    from.query(META, row -> all.put(row.getString(1), row.getString(2)));
    return Map.copyOf(all);
  }

  private static Progress progress(Statements from) {
    return from.query(
            PROGRESS,
            row -> new Progress(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
        .getFirst();
  }

  private static Set<String> names(Statements from) {
    var names =
        from.query(
            "SELECT lower(name) FROM sqlite_schema WHERE name NOT LIKE 'app\\_%' ESCAPE '\\'",
            row -> row.getString(1));
    return Set.copyOf(new HashSet<>(names));
  }

  private static long number(Statements from, String sql) {
    return from.query(sql, row -> row.getLong(1)).getFirst();
  }

  private static String text(Statements from, String sql) {
    return from.query(sql, row -> row.getString(1)).getFirst();
  }

  private MeshError refusal(String mk, String why, String fix) {
    return StoreErrors.open(mk, options.file(), why, fix);
  }
}
