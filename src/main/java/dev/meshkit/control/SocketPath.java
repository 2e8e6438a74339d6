package dev.meshkit.control;

import dev.meshkit.api.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;

/**
 * Where a node's admin socket is: {@code <data>/admin.sock}, or, because the kernel takes at most
 * 107 bytes, a short stand-in that node and command line both compute from the long path.
 */
public final class SocketPath {
  /** The longest path used as it is, bytes. */
  public static final int LONGEST_BYTES = 100;

  private SocketPath() {}

  /** The socket of the node whose data is in {@code dataDir}; the environment says where to. */
  public static Path of(Path dataDir, Map<String, String> environment) {
    return shortened(dataDir.resolve("admin.sock"), environment);
  }

  /** The path as it is if it is short enough, else its stand-in. */
  public static Path shortened(Path socket, Map<String, String> environment) {
    var real = settled(socket.toAbsolutePath().normalize());
    if (real.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_BYTES) return real;
    var base = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    return Path.of(base.isEmpty() ? "/tmp" : base, "meshkit-" + uid(), hash(real) + ".sock");
  }

  /**
   * Makes the directory of a stand-in, for its owner alone; refuses one that somebody else has made
   * or can write to.
   */
  static void prepare(Path socket) throws IOException {
    var dir = socket.toAbsolutePath().getParent();
    if (dir == null || !dir.getFileName().toString().equals("meshkit-" + uid())) return;
    try {
      Files.createDirectory(
          dir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException _) {
      var owner = Files.getAttribute(dir, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      var mode = Files.getPosixFilePermissions(dir, LinkOption.NOFOLLOW_LINKS);
      if (!owner.equals(uid()) || !PosixFilePermissions.toString(mode).equals("rwx------")) {
        throw new IOException(dir + " is not ours alone; remove it or set XDG_RUNTIME_DIR");
      }
    }
  }

  /** Two names of one directory must lead to one socket. */
  private static Path settled(Path socket) {
    var dir = socket.getParent();
    try {
      return dir == null ? socket : dir.toRealPath().resolve(socket.getFileName());
    } catch (IOException _) {
      return socket; // no such directory yet: then nobody has linked to it either
    }
  }

  /** This process's user: the owner of {@code /proc/self}, or, without one, of its home. */
  private static int uid() {
    var self = Path.of("/proc/self");
    var ours = Files.exists(self) ? self : Path.of(System.getProperty("user.home"));
    try {
      return (Integer) Files.getAttribute(ours, "unix:uid");
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the owner of " + ours, unreadable);
    }
  }

  private static String hash(Path socket) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var sum = digest.digest(socket.toString().getBytes(StandardCharsets.UTF_8));
      return Bytes.of(sum).hex().substring(0, 32);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
