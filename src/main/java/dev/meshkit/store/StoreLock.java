package dev.meshkit.store;

import static java.util.Objects.requireNonNull;

import dev.meshkit.api.Result;
import dev.meshkit.runtime.FileTrouble;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The lock that makes a database this process's own: a file beside it that holds the owner's pid.
 *
 * <p>A file of its own, because POSIX drops all locks a process has on a file when it closes any
 * descriptor of it: nothing but SQLite ever opens the database. For the same reason the files that
 * this process holds are known to it: a second node on one directory is refused before it opens,
 * and so closes, the lock of the first.
 */
final class StoreLock implements AutoCloseable {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /** A second line: the boot whose process ended in order, and could not say so in the file. */
  private static final Pattern LEFT = Pattern.compile("\\d+\n+left (\\d{1,18})\\s*");

  private final Path path;
  private final FileChannel channel;
  private final long left;

  private StoreLock(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    var noted = LEFT.matcher(text(channel));
    this.left = noted.matches() ? Long.parseLong(noted.group(1)) : 0;
  }

  /**
   * Takes the lock of a database, {@code mesh.lock} for {@code mesh.db}; never waits. Whose it is
   * stands in it once {@link #sign} was called.
   */
  static Result<StoreLock> take(Path database) {
    try {
      var path = path(database);
      if (!HELD.add(path)) return refused(database, Long.toString(ProcessHandle.current().pid()));
      var taken = taken(database, path);
      if (!taken.isOk()) HELD.remove(path);
      return taken;
    } catch (IOException cause) {
      var lock = DatabaseFiles.beside(RealPath.of(database), "lock");
      return unlockable(database, lock.getFileName().toString(), cause);
    }
  }

  /**
   * Whether somebody has the lock of a database now; never waits, changes nothing. What stands in
   * it does not say: a process that was killed leaves its number there, and another gets it.
   */
  static boolean isHeld(Path database) {
    try {
      var lock = path(database);
      if (!Files.isReadable(lock)) return false;
      if (!HELD.add(lock)) return true;
      try (var channel = FileChannel.open(lock, StandardOpenOption.READ);
          var free = channel.tryLock(0, Long.MAX_VALUE, true)) {
        return free == null;
      } finally {
        HELD.remove(lock);
      }
    } catch (IOException _) {
      return false; // there is no such directory yet, or opening it will say what is wrong
    }
  }

  /** One for each database, by whatever links it is named. */
  private static Path path(Path database) throws IOException {
    var lock = DatabaseFiles.beside(RealPath.of(database), "lock").toAbsolutePath();
    return requireNonNull(lock.getParent()).toRealPath().resolve(lock.getFileName());
  }

  private static Result<StoreLock> taken(Path database, Path path) {
    try {
      var channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (tryLock(channel)) return Result.ok(new StoreLock(path, channel));
      var holder = holder(channel);
      channel.close();
      return refused(database, holder);
    } catch (IOException cause) {
      return unlockable(database, path.toString(), cause);
    }
  }

  private static Result<StoreLock> refused(Path database, String holder) {
    return Result.err(
        StoreErrors.open(
                "MK-NODE-006",
                database,
                "process " + holder + " has it",
                "stop that node, or give this one a data directory of its own")
            .with("pid", holder));
  }

  private static Result<StoreLock> unlockable(Path database, String name, IOException cause) {
    return Result.err(
        StoreErrors.open(
            "MK-STO-001",
            database,
            "cannot lock " + name + ": " + FileTrouble.why(cause),
            "make it a file, and its directory one, that this user may write"));
  }

  /** Writes this process's id into it, for whoever is refused meanwhile. */
  void sign() throws IOException {
    write(left);
  }

  /**
   * Notes that the process of this boot ended in order while the database was another's: the one
   * place beside it that may be written. Whatever it left leased is nobody's crash.
   */
  void leave(long boot) throws IOException {
    write(boot);
  }

  /** The last boot that an earlier process noted by {@link #leave}; 0 for none. */
  long left() {
    return left;
  }

  private void write(long left) throws IOException {
    var pid = ProcessHandle.current().pid() + "\n";
    var all = left == 0 ? pid : pid + "left " + left + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(all.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(path);
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    @SuppressWarnings("resource") // held until the channel closes
    FileLock lock = channel.tryLock();
    return lock != null;
  }

  private static String holder(FileChannel channel) throws IOException {
    var pid = text(channel).lines().findFirst().orElse("").strip();
    return pid.isEmpty() ? "?" : pid;
  }

  private static String text(FileChannel channel) throws IOException {
    var text = ByteBuffer.allocate(64);
    channel.read(text, 0);
    return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
  }
}
