package dev.meshkit.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A small disk for each host, an ext4 in a file of its own: it can hang, as one does whose
 * controller resets, and be full. Needs a root that may mount.
 */
final class Disks implements AutoCloseable {
  private static final int MEBIBYTES = 64;

  private final Path home;
  private final int count;
  private final boolean[] hanging;

  /** Makes them, mounted at {@code home/s0} and so on, or throws what was not permitted. */
  Disks(Path home, int count) throws IOException, InterruptedException {
    this.home = home;
    this.count = count;
    this.hanging = new boolean[count];
    try {
      for (var host = 0; host < count; host++) make(host);
    } catch (IOException refused) {
      close();
      throw refused;
    }
  }

  /** Why they cannot be made, or made to hang, here; empty where one was. */
  static String refusal() throws IOException, InterruptedException {
    var tried = Files.createTempDirectory("disk");
    try (var one = new Disks(tried, 1)) {
      one.hang(0);
      one.resume(0);
      return "";
    } catch (IOException refused) {
      return "no disks of their own: " + refused.getMessage();
    } finally {
      Files.deleteIfExists(tried.resolve("s0"));
      Files.deleteIfExists(tried);
    }
  }

  private void make(int host) throws IOException, InterruptedException {
    var image = home.resolve("disk" + host);
    try (var file =
        Files.newByteChannel(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.position((long) MEBIBYTES << 20).write(ByteBuffer.wrap(new byte[1]));
    }
    Commands.run("mkfs.ext4", "-q", image.toString());
    Files.createDirectory(at(host));
    Commands.run("mount", "-o", "loop", image.toString(), at(host).toString());
    Files.delete(at(host).resolve("lost+found"));
  }

  /** From now on whoever writes or syncs waits. */
  void hang(int host) throws IOException, InterruptedException {
    Commands.run("fsfreeze", "-f", at(host).toString());
    hanging[host] = true;
  }

  /** It goes on. */
  void resume(int host) throws IOException, InterruptedException {
    if (host >= count || !hanging[host]) return;
    Commands.run("fsfreeze", "-u", at(host).toString());
    hanging[host] = false;
  }

  /** Takes the last block; again, if some were given back since. */
  void fill(int host) throws IOException {
    var mebibyte = ByteBuffer.allocate(1 << 20);
    try (var file =
        Files.newByteChannel(ballast(host), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (var written = 1; written > 0; ) written = file.write(mebibyte.rewind());
    } catch (IOException full) {
      if (!String.valueOf(full.getMessage()).contains("No space left")) throw full;
    }
  }

  /** Gives all back that {@link #fill} took. */
  void empty(int host) throws IOException {
    Files.deleteIfExists(ballast(host));
  }

  private Path ballast(int host) {
    return at(host).resolve("ballast");
  }

  private Path at(int host) {
    return home.resolve("s" + host);
  }

  /** As the kernel lists it. */
  private boolean isMounted(int host) throws IOException {
    return Files.readString(Path.of("/proc/mounts")).contains(" " + at(host) + " ");
  }

  /** Removes them; nobody may use them any more. */
  @Override
  public void close() throws InterruptedException {
    for (var host = 0; host < count; host++) {
      try {
        resume(host);
        if (isMounted(host)) Commands.run("umount", at(host).toString());
        Files.deleteIfExists(home.resolve("disk" + host));
      } catch (IOException left) {
        System.out.println("not removed: " + String.valueOf(left.getMessage()).strip());
      }
    }
  }
}
