package dev.meshkit.security;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a directory, {@code lock} in it: against other processes and other threads. Ends with
 * the process.
 */
final class DirectoryLock implements AutoCloseable {
  private static final int TRIES = 500;
  private static final int PAUSE_MS = 20;

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits at most 10 s for the lock. */
  static DirectoryLock take(Path directory) throws IOException {
    var attributes =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    var channel = FileChannel.open(directory.resolve("lock"), options, attributes);
    try {
      for (var i = 0; i < TRIES; i++) {
        if (attempt(channel) != null) return new DirectoryLock(channel);
        Thread.sleep(PAUSE_MS);
      }
    } catch (InterruptedException interrupted) {
      channel.close();
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(interrupted);
    }
    channel.close();
    throw new IOException(directory.resolve("lock") + " was held by another process for 10 s");
  }

  private static @Nullable FileLock attempt(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // another thread of this process has it
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
