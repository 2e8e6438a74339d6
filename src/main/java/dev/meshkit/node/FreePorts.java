package dev.meshkit.node;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Result;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.HttpServer;
import dev.meshkit.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks whether a node's ports are free before anything on its disk is made or changed. What is
 * taken between this look and the listener's own is refused there, with the same words.
 */
final class FreePorts {
  private FreePorts() {}

  /**
   * The configuration, if both ports are free; a directory that is in use says so itself, later.
   */
  static Result<MeshConfig> of(MeshConfig config) {
    if (isInUse(config.data().dir().resolve("mesh.lock"))) return Result.ok(config);
    var roads = new Settings(config).roads();
    return Transport.probe(config.listen().mesh(), roads)
        .flatMap(mesh -> config.http().isOff() ? Result.ok(mesh) : http(config))
        .map(_ -> config);
  }

  private static Result<Endpoint> http(MeshConfig config) {
    return HttpServer.probe(config.http().listen());
  }

  /** Whether another live process has written its id there: only the lock itself knows for sure. */
  private static boolean isInUse(Path lock) {
    try {
      if (!Files.isReadable(lock)) return false;
      var pid = Long.parseLong(Files.readString(lock).strip());
      var isOurs = pid == ProcessHandle.current().pid(); // an earlier process of the same number
      return !isOurs && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    } catch (IOException | NumberFormatException _) {
      return false; // nobody has finished writing it: nobody has the directory yet
    }
  }
}
