package dev.meshkit.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;

/**
 * Files that only their owner may touch. Created 0600 with O_EXCL, so never readable by others,
 * even for an instant; on disk, with their directory entry, when the method returns.
 */
final class SecretFiles {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private SecretFiles() {}

  /** Makes a directory 0700, and those above it; one that is there stays as it is. */
  static void directory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) return;
    var parent = directory.toAbsolutePath().getParent();
    if (parent != null) Files.createDirectories(parent);
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException raced) {
      if (!Files.isDirectory(directory)) throw raced;
    }
    if (parent != null) sync(parent);
  }

  /** Writes a new file; {@link FileAlreadyExistsException} if there is one. */
  static void create(Path file, byte[] content) throws IOException {
    var attributes =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = FileChannel.open(file, options, attributes)) {
      var left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) channel.write(left);
      channel.force(true);
    }
    sync(file.toAbsolutePath().resolveSibling(""));
  }

  /** Replaces a small file's content at once: readers see the old or the new, never a part. */
  static void replace(Path file, byte[] content) throws IOException {
    var fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh); // of a start that was killed between the next two lines
    try {
      create(fresh, content);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      Files.deleteIfExists(fresh);
      throw failed;
    }
    sync(file.toAbsolutePath().resolveSibling(""));
  }

  /** Removes a directory; one that holds anything stays. */
  static void removeIfEmpty(Path directory) throws IOException {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException used) {
      return;
    }
  }

  /**
   * Refuses what is unsafe about a file or directory: a link, of another kind, of another owner, or
   * open to group or others.
   */
  static void check(Path path, boolean directory) throws IOException {
    var found = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (directory ? !found.isDirectory() : !found.isRegularFile()) {
      throw new UnfitFile(path + " is no regular " + (directory ? "directory" : "file"), "");
    }
    if (!found.owner().equals(self())) {
      throw new UnfitFile(
          path + " is owned by " + found.owner() + ", this process is " + self(),
          "chown -R " + self() + " " + path + ", or run this as " + found.owner());
    }
    var others = EnumSet.copyOf(EnumSet.allOf(PosixFilePermission.class));
    others.removeAll(OWNER_ONLY);
    others.retainAll(found.permissions());
    if (others.isEmpty()) return;
    var mode = PosixFilePermissions.toString(found.permissions());
    throw new UnfitFile(
        path + " has mode " + mode + ", open to group or others", "chmod -R go= " + path);
  }

  /** Refuses what is there and is no directory. */
  static void checkDirectory(Path path) throws IOException {
    if (!Files.notExists(path) && !Files.isDirectory(path)) {
      throw new UnfitFile(path + " is no directory", "");
    }
  }

  /** What mends a failure: what it says itself, else {@code otherwise}. */
  static String fix(Exception failure, String otherwise) {
    return switch (failure) {
      case UnfitFile unfit when !unfit.fix().isEmpty() -> unfit.fix();
      case AccessDeniedException denied when denied.getFile() != null -> {
        var closed = closed(Path.of(denied.getFile()));
        yield "chmod u+rwX " + closed + ", or run this as the owner of it";
      }
      default -> otherwise;
    };
  }

  /** The directory above a file that cannot be entered, else the file. */
  private static Path closed(Path file) {
    var above = file.toAbsolutePath().getParent();
    return above == null || Files.isExecutable(above) ? file : closed(above);
  }

  /** Makes a directory's entries durable. */
  static void sync(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static UserPrincipal self() throws IOException {
    var process = Path.of("/proc/self");
    if (Files.exists(process)) return Files.getOwner(process);
    var users = Path.of("/").getFileSystem().getUserPrincipalLookupService();
    return users.lookupPrincipalByName(System.getProperty("user.name"));
  }
}
