package dev.meshkit.store;

import dev.meshkit.api.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The lock that makes a database this process's own: a file beside it that holds the owner's pid.
 *
 * <p>A file of its own, because POSIX drops all locks a process has on a file when it closes any
 * descriptor of it: nothing but SQLite ever opens the database.
 */
final class StoreLock implements AutoCloseable {
  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a database, {@code mesh.lock} for {@code mesh.db}; never waits. Whose it is
   * stands in it once {@link #sign} was called.
   */
  static Result<StoreLock> take(Path database) {
    var name = database.getFileName().toString().replaceFirst("\\.db$", "") + ".lock";
    var path = database.resolveSibling(name);
    try {
      var channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      var lock = tryLock(channel);
      if (lock) return Result.ok(new StoreLock(channel));
      var holder = holder(channel);
      channel.close();
      return Result.err(
          StoreErrors.open(
                  "MK-NODE-006",
                  database,
                  "process " + holder + " has it",
                  "stop that node, or give this one a data directory of its own")
              .with("pid", holder));
    } catch (IOException cause) {
      return Result.err(
          StoreErrors.open(
              "MK-STO-001",
              database,
              "cannot lock " + path + ": " + cause,
              "make the data directory exist, and writable for this user"));
    }
  }

  /** Writes this process's id into it, for whoever is refused meanwhile. */
  void sign() throws IOException {
    var pid = Long.toString(ProcessHandle.current().pid()) + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      @SuppressWarnings("resource") // held until the channel closes
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException _) {
      return false; // this very process has it open
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    var text = ByteBuffer.allocate(32);
    channel.read(text, 0);
    var pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
    return pid.isEmpty() ? "?" : pid;
  }
}
